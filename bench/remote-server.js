// @ts-check
// The remote API of the benchmarks, in a process of its own:
// /records/<records>/<page size>/<ms of latency>?page=<from 1>
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { pageMaker } from './records.js';
import { serve } from './serve.js';

/** @type {Map<number, ReturnType<typeof pageMaker>>} */
const makers = new Map();

/** @param {number} pageSize */
function makerOf(pageSize) {
  const known = makers.get(pageSize);
  if (known) return known;
  const made = pageMaker(pageSize);
  makers.set(pageSize, made);
  return made;
}

await serve(
  createServer((request, response) => {
    void answer(request, response);
  }),
);

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://remote');
  const [, records, pageSize, latency] =
    /^\/records\/(\d+)\/(\d+)\/(\d+)$/.exec(pathname)?.map(Number) ?? [];
  if (!records || !pageSize || latency === undefined) {
    response.writeHead(404).end();
    return;
  }
  const { body, more } = makerOf(pageSize)(Number(searchParams.get('page') ?? 1), records);
  if (latency > 0) await sleep(latency);
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Content-Length': body.length,
    ...(more === null
      ? {}
      : { Link: `<http://${request.headers.host}${pathname}?page=${more}>; rel="next"` }),
  });
  response.end(body);
}
