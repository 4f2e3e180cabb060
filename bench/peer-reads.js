// @ts-check
// Reads of 10,000 and 100,000 records, from a remote that answers at once and from one that takes 50 ms a page.
import { isDeepStrictEqual } from 'node:util';
import { readAll, timeRead } from './client.js';
import { byKit, byLoop, byOwnCode } from './connectors.js';
import { farosSource } from './faros.js';
import { inTurns, speedRow } from './measure.js';
import { peaksOf } from './memory-of.js';
import { startServer } from './processes.js';
import { startService } from './service.js';

/** @typedef {import('./measure.js').Benchmark} Benchmark */

const PAGE = 1_000;
const CHECKED = 2_000;
const SIZES = [10_000, 100_000];
const LATENCIES = [0, 50];
const PEERS = /** @type {const} */ ({
  plain: 'a loop by hand',
  vm: 'a function in node:vm',
  faros: 'Faros CDK',
});

/** The kit's pages, eight at once, and the service's mapping. @type {Benchmark} */
export const read = async ({ rounds, tell }) => {
  const remote = await startServer('remote-server.js');
  const plain = await startServer('plain-server.js', remote.host);
  const vm = await startServer('peers/vm-server.js', remote.host);
  const service = await startService(remote.host);
  const rows = [];
  try {
    const readOf = await service.add(byKit(remote.host, 8));
    /** @param {{ host: string }} server @param {string} list */
    const from = (server, list) => ({ url: `http://${server.host}/records/${list}`, headers: {} });
    await checkAll(`${CHECKED}/${PAGE}/0`);
    for (const records of SIZES) {
      for (const latency of LATENCIES) {
        const list = `${records}/${PAGE}/${latency}`;
        const what = `${records.toLocaleString('en')} records, ${latency} ms a page`;
        tell(what);
        const faros = await farosSource(from(remote, list).url);
        const { peaks, watched } = peaksOf({
          ...{ service: service.pid, plain: plain.pid, vm: vm.pid },
        });
        const sides = {
          plain: watched('plain', () => timeRead(from(plain, list), records)),
          vm: watched('vm', () => timeRead(from(vm, list), records)),
          faros: () => faros.seconds(records),
          service: watched('service', () => timeRead(readOf(list), records)),
        };
        const found = await inTurns(rounds(records < 100_000 ? 3 : 2), sides, tell);
        for (const peer of /** @type {const} */ (['plain', 'vm', 'faros'])) {
          rows.push(
            speedRow({
              ...{ benchmark: 'read', what, peer: PEERS[peer], work: records, unit: 'records' },
              ...{ yardstick: found[peer], service: found.service },
              memory:
                peer === 'faros'
                  ? `${peaks('service')} / ${Math.round(faros.peakMb())} MB`
                  : peaks('service', peer),
            }),
          );
        }
        await faros.end();
      }
    }
    return rows;

    /** Who gives other records than the others is not timed. @param {string} list */
    async function checkAll(list) {
      const faros = await farosSource(from(remote, list).url);
      const expected = await readAll(from(plain, list));
      const given = {
        vm: await readAll(from(vm, list)),
        faros: await faros.records(),
        service: await readAll(readOf(list)),
      };
      await faros.end();
      for (const [side, found] of Object.entries(given)) {
        if (expected.length !== CHECKED || !isDeepStrictEqual(found, expected)) {
          throw new Error(`${side} and the loop by hand do not give the same records.`);
        }
      }
    }
  } finally {
    await service.end();
    await vm.end();
    await plain.end();
    await remote.end();
  }
};

/** The same pages, mapped by the connector's code and as the connector declares. @type {Benchmark} */
export const mapping = async ({ rounds, tell }) => {
  const remote = await startServer('remote-server.js');
  const service = await startService(remote.host);
  try {
    const [records] = SIZES;
    const list = `${records}/${PAGE}/0`;
    const [byCode, declared] = [
      await service.add(byOwnCode(remote.host)),
      await service.add(byLoop(remote.host)),
    ];
    const [code, config] = [await readAll(byCode(list)), await readAll(declared(list))];
    if (!isDeepStrictEqual(code, config)) throw new Error('The two mappings differ.');
    const found = await inTurns(
      rounds(5),
      {
        yardstick: () => timeRead(byCode(list), records ?? 0),
        service: () => timeRead(declared(list), records ?? 0),
      },
      tell,
    );
    return [
      speedRow({
        benchmark: 'mapping',
        what: `${records?.toLocaleString('en')} records: a declared mapping of 10 fields`,
        peer: 'the same in connector code',
        ...{ work: records ?? 0, unit: 'records', ...found },
      }),
    ];
  } finally {
    await service.end();
    await remote.end();
  }
};
