import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Stands between a service and its PostgreSQL, as a network that can fail in every way. */
export class DatabaseProxy {
  /** How long each piece of data is held back, in both directions. */
  delayMs = 0;
  private isFrozen = false;
  private server: Server | undefined;
  private readonly pairs = new Set<[Socket, Socket]>();

  private constructor(
    private readonly socketFile: string,
    readonly port: number,
  ) {}

  /** A proxy to the server at this socket, which refuses connections until `accept`. */
  static async open(socketFolder: string): Promise<DatabaseProxy> {
    // A port that nobody has at the moment.
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return new DatabaseProxy(`${socketFolder}/.s.PGSQL.5432`, port);
  }

  get connections(): number {
    return this.pairs.size;
  }

  async accept(): Promise<void> {
    const server = createServer((socket) => {
      this.join(socket);
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
  }

  /** Breaks all connections and takes no more. */
  async refuse(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    this.cut();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  /** Breaks all connections. */
  cut(): void {
    for (const [client, server] of this.pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
  }

  /** Lets nothing pass any more, and says so to nobody; new connections are taken and left alone. */
  freeze(): void {
    this.isFrozen = true;
    for (const pair of this.pairs) for (const socket of pair) socket.pause();
  }

  thaw(): void {
    this.isFrozen = false;
    for (const pair of this.pairs) for (const socket of pair) socket.resume();
  }

  private join(client: Socket): void {
    const server = connect(this.socketFile);
    const pair: [Socket, Socket] = [client, server];
    this.pairs.add(pair);
    for (const [from, to] of [pair, pair.toReversed() as typeof pair]) {
      let sending: Promise<unknown> = Promise.resolve();
      from.setNoDelay(true);
      from.on('data', (data) => {
        sending = sending.then(async () => {
          if (this.delayMs > 0) await sleep(this.delayMs);
          to.write(data);
        });
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        this.pairs.delete(pair);
        void sending.then(() => to.destroy());
      });
      if (this.isFrozen) from.pause();
    }
  }
}
