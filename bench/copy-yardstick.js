// @ts-check
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';

/** @typedef {import('pg').Client} Client */

const CHUNK_ROWS = 1_000;

/**
 * What times COPY of a snapshot's rows into an empty table of the same shape.
 * @param {Client} database @param {string} snapshotId
 * @param {number} records as many as have to be copied
 */
export async function copier(database, snapshotId, records) {
  await database.query('create table copied (like snapshot_records including all)');
  const { rows } = await database.query({
    text: `select r.user_id, r.generation, r.id, r.fields::text, r.gone from snapshot_records r
      join snapshot_generations g using (user_id, generation) where g.snapshot_id = $1`,
    values: [snapshotId],
    rowMode: 'array',
  });
  /** @type {Buffer[]} */
  const chunks = [];
  for (let at = 0; at < rows.length; at += CHUNK_ROWS) {
    const lines = rows.slice(at, at + CHUNK_ROWS).map((row) => `${row.map(escaped).join('\t')}\n`);
    chunks.push(Buffer.from(lines.join('')));
  }
  return async () => {
    await database.query('truncate copied');
    const began = performance.now();
    await pipeline(Readable.from(chunks), database.query(copyFrom('copy copied from stdin')));
    const seconds = (performance.now() - began) / 1000;
    const { rows: counted } = await database.query('select count(*)::int as n from copied');
    if (counted[0].n !== records) throw new Error(`COPY took ${counted[0].n} rows.`);
    return seconds;
  };
}

/** As COPY's text format has it. @param {unknown} value */
function escaped(value) {
  return String(value).replace(
    /[\\\t\n\r]/g,
    (c) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n' })[c] ?? '\\r',
  );
}
