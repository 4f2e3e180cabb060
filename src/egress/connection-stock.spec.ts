import { setTimeout as sleep } from 'node:timers/promises';
import { AddressPolicy } from './address-policy.js';
import { parseEgressAllow } from '../config/egress-allow.js';
import { ConnectionStock } from './connection-stock.js';
import { ask, closeAll, type LocalServer, serve, startSession } from './session.fixture.js';

const policy = new AddressPolicy({ allow: parseEgressAllow('127.0.0.1').rules });
const stocks: ConnectionStock[] = [];

afterEach(async () => {
  await Promise.all(stocks.splice(0).map((stock) => stock.onApplicationShutdown()));
  await closeAll();
});

function newStock(): ConnectionStock {
  const stock = new ConnectionStock(policy);
  stocks.push(stock);
  return stock;
}

const answering = () => serve((response) => response.end('ok'));

/** One run of `whose` that makes so many requests at once and ends. */
async function run(of: ConnectionStock, whose: string, server: LocalServer, requests = 1) {
  const session = startSession({ stock: { of, whose } });
  await Promise.all(Array.from({ length: requests }, () => ask(session, server.url)));
  await session.close();
}

/** Waits, some seconds at most, until so many connections are open. */
async function open(server: LocalServer, count: number) {
  for (let tries = 0; server.open.size !== count && tries < 300; tries += 1) await sleep(10);
  return server.open.size;
}

describe('the connections of a run', () => {
  it('go to the next run of the same connector, and to no other', async () => {
    const server = await answering();
    const stock = newStock();
    await run(stock, 'usr_1 con_1', server);
    await run(stock, 'usr_1 con_1', server);
    await run(stock, 'usr_1 con_1', server);
    expect(server.accepted).toBe(1);
    await run(stock, 'usr_1 con_2', server);
    await run(stock, 'usr_2 con_1', server);
    expect(server.accepted).toBe(3);
  });

  it('are had by one run at a time', async () => {
    const server = await answering();
    const stock = newStock();
    await run(stock, 'a', server);
    const both = [0, 1].map(() => startSession({ stock: { of: stock, whose: 'a' } }));
    for (const session of both) await ask(session, server.url);
    expect(server.accepted).toBe(2);
    for (const session of both) await session.close();
    await Promise.all([run(stock, 'a', server), run(stock, 'a', server)]);
    expect(server.accepted).toBe(2);
  });

  it('end where a request was under way, or was left before its end', async () => {
    const server = await serve((response, { url }) => {
      if (url === '/now') response.end('ok');
    });
    const stock = newStock();
    const cut = startSession({ stock: { of: stock, whose: 'a' } });
    await ask(cut, `${server.url}/now`);
    const hanging = ask(cut, `${server.url}/never`);
    while (server.hits.length < 2) await sleep(5);
    await cut.close();
    await expect(hanging).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(await open(server, 0)).toBe(0);

    const left = startSession({ stock: { of: stock, whose: 'a' } });
    await ask(left, `${server.url}/now`);
    const signal = AbortSignal.timeout(50);
    await expect(ask(left, `${server.url}/never`, { signal })).rejects.toThrow();
    await left.close();
    expect(await open(server, 0)).toBe(0);
  });

  it('are another run’s by then, and a second end of the first leaves them alone', async () => {
    const server = await answering();
    const stock = newStock();
    const first = startSession({ stock: { of: stock, whose: 'a' } });
    await ask(first, server.url);
    await first.close();
    const second = startSession({ stock: { of: stock, whose: 'a' } });
    await first.close();
    expect((await ask(second, server.url)).text).toBe('ok');
    expect(server.accepted).toBe(1);
    await expect(ask(first, server.url)).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(server.hits).toHaveLength(2);
  });

  it('are kept a second, no more than 16 of a run, and of no more than 32 runs', async () => {
    const server = await answering();
    const stock = newStock();
    await run(stock, 'many', server, 8);
    expect(server.open.size).toBe(8);
    const wide = startSession({ stock: { of: stock, whose: 'wide' }, concurrency: 20 });
    await Promise.all(Array.from({ length: 20 }, () => ask(wide, server.url)));
    expect(await open(server, 28)).toBe(28);
    await wide.close();
    expect(await open(server, 8)).toBe(8);
    expect(await open(server, 0)).toBe(0);
    for (let n = 0; n < 40; n += 1) await run(stock, `run ${n}`, server);
    expect(server.open.size).toBeLessThan(40);
  });

  it('end with the service, those that come back later too', async () => {
    const server = await answering();
    const stock = newStock();
    await run(stock, 'a', server);
    const late = startSession({ stock: { of: stock, whose: 'b' } });
    await ask(late, server.url);
    await stock.onApplicationShutdown();
    expect(await open(server, 1)).toBe(1);
    await late.close();
    expect(await open(server, 0)).toBe(0);
  });
});
