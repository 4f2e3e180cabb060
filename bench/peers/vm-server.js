// @ts-check
// A peer of reading, in a process of its own: a connector's function in `node:vm`, which separates no more than
// names. Each read gets a new context, with `fetch` handed in; the records are given back whole, as JSON.
// GET /records/... reads that list of the remote; the first argument is the remote's host and port.
import { createServer } from 'node:http';
import { createContext, Script } from 'node:vm';
import { byOwnLoop } from '../connectors.js';
import { serve } from '../serve.js';

const script = new Script(
  `${byOwnLoop(process.argv[2] ?? '')}\n;pollRecords('', list).then((records) => JSON.stringify(records))`,
);

await serve(
  createServer((request, response) => {
    const list = (request.url ?? '').split('/').slice(2).map(Number);
    const context = createContext({ fetch, list });
    script.runInContext(context).then(
      (/** @type {string} */ text) => {
        const records = JSON.parse(text);
        const lines = records.map((/** @type {object} */ record) => `${JSON.stringify(record)}\n`);
        response.writeHead(200, { 'Content-Type': 'application/x-ndjson' }).end(lines.join(''));
      },
      (/** @type {Error} */ error) => response.destroy(error),
    );
  }),
);
