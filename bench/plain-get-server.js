// @ts-check
// The yardstick of a plain request, in a process of its own: node:http and pg, one select by id on the
// very database of a service that runs. GET /<id>; the first argument is the service's DATA_DIR.
import { createServer } from 'node:http';
import pg from 'pg';
import { openBeside } from './database-of.js';
import { serve } from './serve.js';

const pool = new pg.Pool({ ...(await openBeside(process.argv[2] ?? '')), max: 20 });
const SELECT =
  'select id, name, version, definition, created_at, updated_at from custom_connectors where id = $1';

await serve(
  createServer((request, response) => {
    pool.query(SELECT, [request.url?.slice(1)]).then(
      ({ rows: [row] }) => {
        const { definition, ...rest } = row;
        const body = JSON.stringify({ ...rest, ...definition });
        response.writeHead(200, { 'Content-Type': 'application/json' }).end(body);
      },
      (/** @type {Error} */ error) => response.destroy(error),
    );
  }),
);
