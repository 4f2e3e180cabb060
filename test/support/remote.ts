import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import jsonServer from 'json-server';
import countries from 'world-countries';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on loopback that plays the remote API. */
export class Remote {
  readonly requests: IncomingMessage[] = [];

  private constructor(private readonly server: Server) {}

  /** A server that answers as the handler says. */
  static async start(handler: Handler): Promise<Remote> {
    const server = createServer();
    const remote = new Remote(server);
    server.on('request', (request, response) => {
      remote.requests.push(request);
      handler(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return remote;
  }

  /** json-server over the countries of the world. */
  static countries(): Promise<Remote> {
    const app = jsonServer.create();
    app.use(jsonServer.router({ countries }));
    return Remote.start(app as Handler);
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
