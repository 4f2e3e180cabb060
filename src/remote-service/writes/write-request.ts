import { createHash } from 'node:crypto';

/** One write that came with an Idempotency-Key, as it is known again. */
export interface WriteRequest {
  userId: string;
  connectorId: string;
  /** SHA-256 of method, path and key: with the user's id, the name under which it is stored. */
  keyHash: Uint8Array<ArrayBuffer>;
  /**
   * SHA-256 of the records as they were parsed: white space and spellings of numbers don't count,
   * the order of members does.
   */
  bodyHash: Uint8Array<ArrayBuffer>;
  records: number;
  /** What the code sees as `idempotencyKey`: 64 hex digits, the same in all tries of one record. */
  idempotencyKey: (index: number) => string;
}

/** Where a write is sent to: its method, and of its path the parts that differ. */
export interface WriteRoute {
  userId: string;
  method: string;
  connectorId: string;
  wsId: string;
}

/** The write that these records, sent with this key, are. */
export function writeRequest(
  { userId, method, connectorId, wsId }: WriteRoute,
  key: string,
  records: readonly unknown[],
): WriteRequest {
  const name = [method, connectorId, wsId, key];
  const body = createHash('sha256');
  // One by one: as a single text they may be too much at once.
  for (const record of records) body.update(`${JSON.stringify(record)}\n`);
  return {
    userId,
    connectorId,
    keyHash: new Uint8Array(sha256(name).digest()),
    bodyHash: new Uint8Array(body.digest()),
    records: records.length,
    idempotencyKey: (index) => sha256([userId, ...name, index]).digest('hex'),
  };
}

function sha256(parts: readonly (string | number)[]) {
  return createHash('sha256').update(JSON.stringify(parts));
}
