// @ts-check
// A plain request: one connector by its id, over 20 connections, against the least that Node can do.
import { byKit } from './connectors.js';
import { loader } from './http-load.js';
import { inTurns, speedRow } from './measure.js';
import { startServer } from './processes.js';
import { startService } from './service.js';

const CONNECTIONS = 20;
const REQUESTS = 5_000;
const WARM_UP = 500;

/** @type {import('./measure.js').Benchmark} */
export const getOne = async ({ rounds, tell }) => {
  // It is never asked.
  const remote = '127.0.0.1:9';
  const service = await startService(remote);
  const plain = await startServer('plain-get-server.js', service.dataDir);
  const { id } = await service.create(byKit(remote));
  /** @param {number} status @param {string} text */
  const isRight = (status, text) => status === 200 && text.includes(id);
  const yardstick = loader(`http://${plain.host}`, { path: `/${id}`, isRight }, CONNECTIONS);
  const own = loader(
    service.url,
    { path: `/custom-connectors/${id}`, headers: service.headers, isRight },
    CONNECTIONS,
  );
  try {
    await yardstick.seconds(WARM_UP);
    await own.seconds(WARM_UP);
    const found = await inTurns(
      rounds(5),
      { yardstick: () => yardstick.seconds(REQUESTS), service: () => own.seconds(REQUESTS) },
      tell,
    );
    return [
      speedRow({
        benchmark: 'get-one',
        what: `GET of a connector by id, ${CONNECTIONS} connections`,
        peer: 'node:http + pg',
        ...{ work: REQUESTS, unit: 'requests', ...found },
      }),
    ];
  } finally {
    await yardstick.close();
    await own.close();
    await plain.end();
    await service.end();
  }
};
