// @ts-check
// A peer of the connector routes, in a process of its own: Express and pg on the very database of a service
// that runs, without authentication, checks, encryption, versions or a log. The first argument says
// how to connect, as JSON for pg, the second the user whose connectors it serves.
import { createServer } from 'node:http';
import express from 'express';
import pg from 'pg';
import { serve } from '../serve.js';
import { columnsOf, idOf, shown } from './rows.js';

const [, , connection = '', userId = ''] = process.argv;
const pool = new pg.Pool({ ...JSON.parse(connection), max: 20 });
const COLUMNS =
  'id, name, version, definition, created_at as "createdAt", updated_at as "updatedAt"';

const app = express();
app.use(express.json());

app.get('/custom-connectors', async (_request, response) => {
  const { rows } = await pool.query(
    `select ${COLUMNS} from custom_connectors where user_id = $1
      order by custom_connectors.created_at desc, id desc limit 100`,
    [userId],
  );
  response.json(rows.map(shown));
});

app.get('/custom-connectors/:id', async (request, response) => {
  const { rows } = await pool.query(
    `select ${COLUMNS} from custom_connectors where id = $1 and user_id = $2`,
    [request.params.id, userId],
  );
  response.json(shown(rows[0]));
});

app.post('/custom-connectors', async (request, response) => {
  const { name, definition, bytes } = columnsOf(request.body);
  const { rows } = await pool.query(
    `insert into custom_connectors (id, user_id, version, name, definition, bytes)
      values ($1, $2, 1, $3, $4, $5) returning ${COLUMNS}`,
    [idOf(), userId, name, JSON.stringify(definition), bytes],
  );
  response.status(201).json(shown(rows[0]));
});

app.put('/custom-connectors/:id', async (request, response) => {
  const { name, definition, bytes } = columnsOf(request.body);
  const { rows } = await pool.query(
    `update custom_connectors set version = version + 1, name = $3, definition = $4, bytes = $5,
      updated_at = now() where id = $1 and user_id = $2 returning ${COLUMNS}`,
    [request.params.id, userId, name, JSON.stringify(definition), bytes],
  );
  response.json(shown(rows[0]));
});

await serve(createServer(app));
