// @ts-check
// The connector routes, with a token, against peers that do the same on the same table without one.
import { byKit } from './connectors.js';
import { openBeside } from './database-of.js';
import { loader } from './http-load.js';
import { inTurns, speedRow } from './measure.js';
import { canMeasureMemory, peaksOf } from './memory-of.js';
import { startServer } from './processes.js';
import { startService } from './service.js';

/** @typedef {import('./measure.js').Benchmark} Benchmark */
/** @typedef {Parameters<typeof loader>[1]} Request */

const CONNECTIONS = 20;
const LISTED = 100;
const PEERS = { express: 'Express + pg, no auth', nest: 'Nest + Prisma, no auth' };
/** It is never asked. */
const REMOTE = '127.0.0.1:9';

/** @param {number} status @param {string} text */
const isList = (status, text) => status === 200 && JSON.parse(text).length === LISTED;
const connector = { ...byKit(REMOTE), prompt: 'Products of the shop, page by page.' };
let changes = 0;

/**
 * What is asked, how often in a round, and the least ratio to Express + pg.
 * @type {{ what: string, requests: number, goal?: number, request: (id: string) => Request }[]}
 */
const WORK = [
  {
    what: 'GET of a connector by id',
    ...{ requests: 3_000, goal: 0.5 },
    request: (id) => ({
      path: `/custom-connectors/${id}`,
      isRight: (status, text) => status === 200 && JSON.parse(text).id === id,
    }),
  },
  {
    what: `GET of the list of ${LISTED}`,
    ...{ requests: 300, goal: 0.5 },
    request: () => ({ path: '/custom-connectors', isRight: isList }),
  },
  {
    what: 'POST of a connector',
    requests: 400,
    request: () => ({
      ...{ method: 'POST', path: '/custom-connectors' },
      body: () => connector,
      isRight: (status, text) => status === 201 && JSON.parse(text).name === connector.name,
    }),
  },
  {
    what: 'PUT of a change to one of them',
    requests: 400,
    request: (id) => ({
      ...{ method: 'PUT', path: `/custom-connectors/${id}` },
      body: () => ({ ...connector, name: `Change ${(changes += 1)}` }),
      isRight: (status, text) => status === 200 && JSON.parse(text).name.startsWith('Change'),
    }),
  },
];

/** @type {Benchmark} */
export const crud = async ({ rounds, tell }) => {
  const service = await startService(REMOTE);
  /** @type {string[]} */
  const ids = [];
  while (ids.length < LISTED) ids.push((await service.create(connector)).id);
  const userId = await service.userId();
  const database = JSON.stringify(await openBeside(service.dataDir));
  const express = await startServer('peers/express-pg-server.js', database, userId);
  const nest = await startServer('peers/nest-prisma-server.js', database, userId);
  const origins = {
    express: `http://${express.host}`,
    nest: `http://${nest.host}`,
    service: service.url,
  };
  const pids = { express: express.pid, nest: nest.pid, service: service.pid };
  const rows = [];
  try {
    for (const [at, { what, requests, goal, request }] of WORK.entries()) {
      tell(what);
      /** @param {'express' | 'nest' | 'service'} side @param {number} place */
      const loaderOf = (side, place) => {
        const headers = side === 'service' ? service.headers : {};
        // Each changes a connector of its own, so that none waits for another's lock.
        const id = ids[place] ?? '';
        return loader(origins[side], { ...request(id), headers }, at < 2 ? CONNECTIONS : 4);
      };
      const loaders = {
        express: loaderOf('express', 0),
        nest: loaderOf('nest', 1),
        service: loaderOf('service', 2),
      };
      const { peaks, watched } = peaksOf(pids);
      const sides = {
        express: watched('express', () => loaders.express.seconds(requests)),
        nest: watched('nest', () => loaders.nest.seconds(requests)),
        service: watched('service', () => loaders.service.seconds(requests)),
      };
      // In which V8 compiles what it finds to be hot.
      for (const each of Object.values(loaders)) await each.seconds(requests);
      const found = await inTurns(rounds(3), sides, tell);
      for (const each of Object.values(loaders)) await each.close();
      for (const peer of /** @type {const} */ (['express', 'nest'])) {
        rows.push(
          speedRow({
            ...{ benchmark: 'crud', what, peer: PEERS[peer], work: requests, unit: 'requests' },
            ...{ yardstick: found[peer], service: found.service },
            ...(goal !== undefined && peer === 'express' ? { goal } : {}),
            ...(canMeasureMemory ? { memory: peaks('service', peer) } : {}),
          }),
        );
      }
    }
    return rows;
  } finally {
    await nest.end();
    await express.end();
    await service.end();
  }
};
