/** Who calls: what the guard puts into the request. */
export interface Caller {
  userId: string;
}
