import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { packageRoot } from '../../config/package-root.js';

/**
 * Speaks the protocol as a process of the pool does: an honest run ends with the value 1, and one
 * whose source is "rogue" does what the body of `rogue` says.
 */
const PROGRAM = `
import { writeSync, closeSync } from 'node:fs';
const frame = (header, payload = '') => {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const body = Buffer.from(payload);
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32BE(text.length, 0);
  prefix.writeUInt32BE(body.length, 4);
  return Buffer.concat([prefix, text, body]);
};
const lengths = (header, payload) => {
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32BE(header, 0);
  prefix.writeUInt32BE(payload, 4);
  return prefix;
};
const put = (...parts) => {
  for (let bytes = Buffer.concat(parts.map((part) => Buffer.from(part))); bytes.length > 0;) {
    try { bytes = bytes.subarray(writeSync(1, bytes)); }
    catch (error) { if (error.code !== 'EAGAIN') throw error; }
  }
};
const send = (header, payload) => put(frame(header, payload));
const flood = (bytes) => {
  const step = () => { put(bytes); setImmediate(step); };
  step();
};
const ask = (id) => ({ type: 'fetch', id, method: 'GET', url: 'http://a.example/', headers: [], redirect: 'follow', hasBody: false });
const done = (outcome, more) => ({ type: 'done', outcome, logDropped: 0, cpuMs: 1, ...more });
const ok = done({ kind: 'ok', stop: 'end' });
const stay = () => setInterval(() => undefined, 1_000);
let held = Buffer.alloc(0);
process.stdin.on('data', (chunk) => {
  held = Buffer.concat([held, chunk]);
  while (held.length >= 8) {
    const total = 8 + held.readUInt32BE(0) + held.readUInt32BE(4);
    if (held.length < total) return;
    const header = JSON.parse(held.subarray(8, 8 + held.readUInt32BE(0)));
    const payload = held.subarray(8 + held.readUInt32BE(0), total).toString();
    held = held.subarray(total);
    if (header.type === 'ping') send({ type: 'pong' });
    else if (header.type === 'run' && payload.startsWith('rogue')) rogue();
    else if (header.type === 'run') send(ok, '1');
  }
});
process.stdin.on('end', () => process.exit(0));
`;

/** A folder with programs that stand in for the service's own, removed by `remove`. */
export class RoguePrograms {
  readonly #root = realpathSync(mkdtempSync(join(tmpdir(), 'rogue-')));
  readonly #folder = join(this.#root, 'sandbox/runner');
  #count = 0;

  constructor() {
    mkdirSync(this.#folder, { recursive: true });
    symlinkSync(join(packageRoot(), 'node_modules'), join(this.#root, 'node_modules'));
  }

  /** The entry of a program that does `rogue` in a run and `atStart` before it is ready. */
  write(rogue: string, atStart = "send({ type: 'ready' });"): string {
    const entry = join(this.#folder, `${(this.#count += 1)}.mjs`);
    writeFileSync(entry, `${PROGRAM}\nfunction rogue() { ${rogue} }\n${atStart}\n`);
    return entry;
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}
