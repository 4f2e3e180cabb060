// @ts-check
import { mapByHand, MAPPING } from './records.js';

// A table is a list of the remote: its id is [records, page size, ms of latency].

/**
 * Pages by the kit, mapping by the service.
 * @param {string} remote
 * @param {number} [concurrency]
 */
export function byKit(remote, concurrency) {
  const options = {
    strategy: 'page',
    totalPagesPath: 'total_pages',
    ...(concurrency === undefined ? {} : { concurrency }),
  };
  return connector(
    remote,
    `async function* pollRecords(apiKey, list) {
  yield* paginate('http://${remote}/records/' + list.join('/'), ${JSON.stringify(options)});
}`,
    MAPPING,
  );
}

/** Pages by a loop of the connector's own, mapping by the service. @param {string} remote */
export function byLoop(remote) {
  return connector(remote, loop(remote, 'yield body;'), MAPPING);
}

/** Everything by the connector's own code. @param {string} remote */
export function byOwnCode(remote) {
  return connector(
    remote,
    `${mapByHand.toString()}\n${loop(remote, 'yield body.data.map(mapByHand);')}`,
  );
}

/** The source of a function that gives all its records at once. @param {string} remote */
export function byOwnLoop(remote) {
  return `${mapByHand.toString()}
async function pollRecords(apiKey, list) {
  const records = [];
  for (let page = 1; page;) {
    const response = await fetch('http://${remote}/records/' + list.join('/') + '?page=' + page);
    if (!response.ok) throw new Error('The remote answered ' + response.status);
    const body = await response.json();
    records.push(...body.data.map(mapByHand));
    page = body.next_page;
  }
  return records;
}`;
}

/** @param {string} remote @param {string} give */
function loop(remote, give) {
  return `async function* pollRecords(apiKey, list) {
  const pages = Math.ceil(list[0] / list[1]);
  for (let page = 1; page <= pages; page += 1) {
    const response = await fetch('http://${remote}/records/' + list.join('/') + '?page=' + page);
    if (!response.ok) throw new Error('The remote answered ' + response.status);
    const body = await response.json();
    ${give}
  }
}`;
}

/** @param {string} remote @param {string} pollRecords @param {object} [mapping] */
function connector(remote, pollRecords, mapping) {
  return {
    name: 'Benchmark',
    allowedHosts: [remote],
    pollRecords,
    ...(mapping ? { mapping } : {}),
  };
}
