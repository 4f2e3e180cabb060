// @ts-check
// A plain request: one connector by its id, over 20 connections.
import { Pool } from 'undici';
import { byKit } from './connectors.js';
import { inTurns } from './measure.js';
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
  const yardstick = askerOf(`http://${plain.host}`, `/${id}`, {}, id);
  const own = askerOf(service.url, `/custom-connectors/${id}`, service.headers, id);
  try {
    await yardstick.seconds(WARM_UP);
    await own.seconds(WARM_UP);
    const found = await inTurns(
      rounds(5),
      { yardstick: () => yardstick.seconds(REQUESTS), service: () => own.seconds(REQUESTS) },
      tell,
    );
    return [
      {
        benchmark: 'get-one',
        what: `GET of a connector by id, ${CONNECTIONS} connections, against node:http and pg`,
        unit: 'requests/s',
        yardstick: REQUESTS / found.yardstick,
        service: REQUESTS / found.service,
        ratio: (found.yardstick / found.service).toFixed(2),
        goal: '',
        met: null,
      },
    ];
  } finally {
    await yardstick.close();
    await own.close();
    await plain.end();
    await service.end();
  }
};

/**
 * @param {string} origin
 * @param {string} path
 * @param {Record<string, string>} headers
 * @param {string} id which the answer has to hold
 */
function askerOf(origin, path, headers, id) {
  const pool = new Pool(origin, { connections: CONNECTIONS });
  const ask = async () => {
    const { statusCode, body } = await pool.request({ method: 'GET', path, headers });
    const text = await body.text();
    if (statusCode !== 200 || !text.includes(id)) throw new Error(`${statusCode}: ${text}`);
  };
  return {
    close: () => pool.destroy(),
    /** @param {number} requests how long so many take */
    async seconds(requests) {
      let left = requests;
      const began = performance.now();
      await Promise.all(
        Array.from({ length: CONNECTIONS }, async () => {
          while (left-- > 0) await ask();
        }),
      );
      return (performance.now() - began) / 1000;
    },
  };
}
