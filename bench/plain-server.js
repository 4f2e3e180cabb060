// @ts-check
// The yardstick of reading, in a process of its own: what one writes by hand for one API, with no
// sandbox, no mapping language and no checks. GET /records/... reads that list of the remote.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { mapByHand } from './records.js';
import { serve } from './serve.js';

const remote = process.argv[2];

await serve(
  createServer((request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    readInto(response, request.url ?? '').then(
      () => response.end(),
      (/** @type {Error} */ error) => response.destroy(error),
    );
  }),
);

/** @param {import('node:http').ServerResponse} response @param {string} path */
async function readInto(response, path) {
  for (let page = 1; page;) {
    const answer = await fetch(`http://${remote}${path}?page=${page}`);
    if (!answer.ok) throw new Error(`The remote answered ${answer.status}.`);
    const { data, next_page } = JSON.parse(await answer.text());
    let lines = '';
    for (const record of data) lines += `${JSON.stringify(mapByHand(record))}\n`;
    if (!response.write(lines)) await once(response, 'drain');
    page = next_page;
  }
}
