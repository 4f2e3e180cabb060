// @ts-check
// Short runs with one fetch each, by 1, 10 and 100 clients at once, against node:vm in the runner's own process.
import { createContext, Script } from 'node:vm';
import { loader } from './http-load.js';
import { inTurns, median, speedRow } from './measure.js';
import { peaksOf } from './memory-of.js';
import { startServer } from './processes.js';
import { startService } from './service.js';

const CLIENTS = [1, 10, 100];
/** Of each client, in a round. */
const RUNS = 200;
const PEER = 'node:vm in process';

/** @type {import('./measure.js').Benchmark} */
export const atOnce = async ({ rounds, tell }) => {
  const remote = await startServer('write-remote-server.js');
  const service = await startService(remote.host);
  const source = `async function listTables() {
  const { pong } = await (await fetch('http://${remote.host}/ping')).json();
  return [{ id: [String(pong)], displayName: 'Pong' }];
}`;
  const script = new Script(`${source};listTables('').then((tables) => JSON.stringify(tables))`);
  const { id } = await service.create({
    name: 'Pong',
    allowedHosts: [remote.host],
    listTables: source,
  });
  const rows = [];
  try {
    for (const clients of CLIENTS) {
      tell(`${clients} at once`);
      const own = loader(
        service.url,
        {
          path: `/custom-connectors/${id}/tables`,
          headers: service.headers,
          isRight: (status, text) =>
            status === 200 && JSON.parse(text).tables[0]?.id.wsId === 'true',
        },
        clients,
      );
      /** The ms of each run. @type {Record<'yardstick' | 'service', number[]>} */
      const each = { yardstick: [], service: [] };
      const { peaks, watched } = peaksOf({ service: service.pid });
      await own.times(clients);
      const found = await inTurns(
        rounds(3),
        {
          yardstick: () => timed(each.yardstick, () => inVm(script, clients)),
          service: watched('service', () => timed(each.service, () => own.times(RUNS))),
        },
        tell,
      );
      await own.close();
      const what = `a run with one fetch, ${clients} at once`;
      const [yardstick, ours] = [median(each.yardstick), median(each.service)];
      rows.push(
        {
          ...{ benchmark: 'at-once', what: `${what}: p50`, peer: PEER, unit: 'ms' },
          ...{ yardstick, service: ours, ratio: (yardstick / ours).toFixed(2) },
          ...{ goal: '', met: null, behind: ours > yardstick, memory: peaks('service') },
        },
        speedRow({
          ...{ benchmark: 'at-once', what: `${what}: throughput`, peer: PEER },
          ...{ work: RUNS, unit: 'runs', ...found },
        }),
      );
    }
    return rows;
  } finally {
    await service.end();
    await remote.end();
  }
};

/** @param {number[]} into @param {() => Promise<number[]>} work */
async function timed(into, work) {
  const began = performance.now();
  into.push(...(await work()));
  return (performance.now() - began) / 1000;
}

/** @param {Script} script @param {number} clients @returns {Promise<number[]>} */
async function inVm(script, clients) {
  let left = RUNS;
  /** @type {number[]} */
  const taken = [];
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (left-- > 0) {
        const began = performance.now();
        const text = await script.runInContext(createContext({ fetch }));
        if (JSON.parse(text)[0]?.id?.[0] !== 'true') throw new Error(`node:vm gave ${text}.`);
        taken.push(performance.now() - began);
      }
    }),
  );
  return taken;
}
