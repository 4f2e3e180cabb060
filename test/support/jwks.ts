import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type JWK, type JWTPayload } from 'jose';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

/** An identity provider of the test's own: real keys, and a JWKS endpoint that serves them. */
export class IdentityProvider {
  readonly issuer = 'https://id.example.com/';
  readonly audience = 'custom-connector-service';
  readonly requests: string[] = [];
  private readonly keys = new Map<string, { pair: KeyPair; alg: string }>();
  private published = new Set<string>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<IdentityProvider> {
    const server = createServer();
    const provider = new IdentityProvider(server);
    server.on('request', (request, response) => {
      provider.requests.push(request.url ?? '');
      void provider.jwks().then((keys) => {
        response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ keys }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get jwksUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/jwks`;
  }

  async addKey(kid: string, alg: 'RS256' | 'ES256'): Promise<void> {
    this.keys.set(kid, { alg, pair: await generateKeyPair(alg, { extractable: true }) });
    this.published.add(kid);
  }

  unpublish(kid: string): void {
    this.published.delete(kid);
  }

  async publicPem(kid: string): Promise<string> {
    return exportSPKI(this.key(kid).pair.publicKey);
  }

  /** A token of this provider; `claims` and `header` replace what a good one has. */
  async token(
    kid: string,
    claims: { [K in keyof JWTPayload]?: JWTPayload[K] | undefined } = {},
    header: { kid?: string; alg?: string } = {},
  ): Promise<string> {
    const { pair, alg } = this.key(kid);
    const now = Math.floor(Date.now() / 1000);
    const payload = {
      iss: this.issuer,
      aud: this.audience,
      sub: 'alice',
      iat: now,
      exp: now + 300,
      ...claims,
    };
    const present = Object.fromEntries(
      Object.entries(payload).filter(([, value]) => value !== undefined),
    );
    return new SignJWT(present).setProtectedHeader({ alg, kid, ...header }).sign(pair.privateKey);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private key(kid: string) {
    const key = this.keys.get(kid);
    if (!key) throw new Error(`no key ${kid}`);
    return key;
  }

  private jwks(): Promise<JWK[]> {
    return Promise.all(
      [...this.published].map(async (kid) => {
        const { alg, pair } = this.key(kid);
        return { ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' };
      }),
    );
  }
}
