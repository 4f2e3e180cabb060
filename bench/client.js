// @ts-check
import { once } from 'node:events';
import { request } from 'node:http';

const LINE_END = 0x0a;
/** Of an answer's end, what is kept to read its last line from. */
const TAIL_BYTES = 64 * 1024;

/**
 * Reads an answer of NDJSON to its end, no more than counting it.
 * @param {import('./service.js').Read} read
 * @param {number} records as many as have to come
 * @returns {Promise<number>} in seconds, from the request to the last byte
 */
export async function timeRead({ url, headers }, records) {
  const began = performance.now();
  const { lines, tail, status, whole } = await count(url, headers);
  const seconds = (performance.now() - began) / 1000;
  const last = tail.trimEnd().split('\n').at(-1) ?? '';
  const summary = last.startsWith('{"summary"') ? JSON.parse(last).summary : undefined;
  const came = summary ? lines - 1 : lines;
  if (status !== 200 || !whole || came !== records || summary?.complete === false) {
    throw new Error(
      `${came} of ${records} records came, with status ${status}: ${last.slice(0, 2_000)}`,
    );
  }
  return seconds;
}

/** @param {string} url @param {Record<string, string>} headers */
async function count(url, headers) {
  const asked = request(url, { headers }).end();
  const [response] = /** @type {[import('node:http').IncomingMessage]} */ (
    await once(asked, 'response')
  );
  let lines = 0;
  /** The last chunks. @type {Buffer[]} */
  let last = [];
  let held = 0;
  response.on('data', (/** @type {Buffer} */ chunk) => {
    for (let at = -1; (at = chunk.indexOf(LINE_END, at + 1)) !== -1;) lines += 1;
    last.push(chunk);
    held += chunk.length;
    if (held > 4 * TAIL_BYTES) {
      last = [Buffer.concat(last).subarray(-TAIL_BYTES)];
      held = TAIL_BYTES;
    }
  });
  response.on('error', () => {
    // Told by `complete`.
  });
  await new Promise((resolve) => response.once('close', resolve));
  return {
    lines,
    tail: Buffer.concat(last).toString(),
    status: response.statusCode,
    whole: response.complete,
  };
}

/**
 * The records of an answer, without its summary.
 * @param {import('./service.js').Read} read
 * @returns {Promise<unknown[]>}
 */
export async function readAll({ url, headers }) {
  const response = await fetch(url, { headers });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  const lines = text.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line)).filter((line) => !('summary' in line));
}
