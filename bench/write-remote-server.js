// @ts-check
// A remote API that records are written to, in a process of its own:
// POST /items, GET and PUT /items/<id>; GET /items gives a page of 1,000; GET /ping gives a small value.
import { createServer } from 'node:http';
import { serve } from './serve.js';

const ITEMS = 1_000;
/** @type {Map<string, Record<string, unknown>>} */
const items = new Map();
for (let n = 1; n <= ITEMS; n += 1) items.set(`i${n}`, { id: `i${n}`, name: `Item ${n}`, size: n });
let made = 0;
let writes = 0;

await serve(
  createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (/** @type {string} */ chunk) => (text += chunk));
    request.on('end', () => {
      const [status, body] = answer(request.method ?? '', request.url ?? '', text);
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    });
  }),
);

/** @param {string} method @param {string} url @param {string} text @returns {[number, unknown]} */
function answer(method, url, text) {
  const [, collection, id] = url.split('/');
  if (collection === 'ping') return [200, { pong: true }];
  if (collection === 'writes') return [200, { writes }];
  if (method === 'GET' && id === undefined) return [200, { items: [...items.values()] }];
  if (method === 'GET') return items.has(id ?? '') ? [200, items.get(id ?? '')] : [404, {}];
  writes += 1;
  const given = JSON.parse(text);
  // What is created is not kept, so that the list stays as long as it is.
  if (method === 'POST') return [201, { id: `n${(made += 1)}`, ...given }];
  const next = { ...items.get(id ?? ''), ...given };
  items.set(id ?? '', next);
  return [200, next];
}
