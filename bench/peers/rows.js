// @ts-check
// Connectors as the peers of the connector routes store and show them: in the service's own table.
import { randomBytes } from 'node:crypto';

/** An id that the service would take for one of its own. */
export function idOf() {
  return `cuc_${randomBytes(5).toString('hex')}`;
}

/** The columns of a connector that was sent. @param {Record<string, any>} body */
export function columnsOf({ name, ...definition }) {
  return { name, definition, bytes: Buffer.byteLength(JSON.stringify(definition)) };
}

/** A row as it is answered. @param {Record<string, any>} row */
export function shown({ id, name, version, definition, createdAt, updatedAt }) {
  return { id, name, ...definition, version, createdAt, updatedAt };
}
