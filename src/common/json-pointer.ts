/** The steps from a value to one inside it: property names and array indexes. */
export type Location = readonly (string | number)[];

/** The RFC 6901 pointer of a location. */
export function jsonPointer(location: Location): string {
  let pointer = '';
  for (const part of location) {
    pointer += `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  }
  return pointer;
}
