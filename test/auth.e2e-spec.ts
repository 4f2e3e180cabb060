import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { withClient } from './support/database.js';
import { IdentityProvider } from './support/jwks.js';
import { startTestService, type Answer, type TestService } from './support/service.js';

const AGENT_KEY = 'agent:shared:key:with:colons:and:more:than:32:characters';

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** All of a 401 that a caller could learn from. */
function told({ status, body, headers }: Answer) {
  const { requestId, instance, ...rest } = body as Record<string, unknown>;
  expect(instance).toBe(`urn:uuid:${String(requestId)}`);
  return { status, rest, challenge: headers['www-authenticate'] };
}

describe('authentication', () => {
  let provider: IdentityProvider;
  let service: TestService;
  let refusal: ReturnType<typeof told>;

  beforeAll(async () => {
    provider = await IdentityProvider.start();
    await provider.addKey('rsa-1', 'RS256');
    await provider.addKey('ec-1', 'ES256');
    service = await startTestService({
      AGENT_SHARED_KEY: AGENT_KEY,
      JWT_JWKS_URL: provider.jwksUrl,
      JWT_ISSUER: provider.issuer,
      JWT_AUDIENCE: provider.audience,
    });
    refusal = told(await service.anonymous.get('/users/me'));
  });

  afterAll(async () => {
    await service.stop();
    await provider.stop();
  });

  it('answers 401 with a challenge where nothing is sent', () => {
    expect(refusal.status).toBe(401);
    expect(refusal.rest['code']).toBe('auth.unauthenticated');
    expect(refusal.challenge).toContain('API-Token');
    expect(refusal.challenge).toContain('Bearer');
  });

  describe('with an API token', () => {
    it('knows the user', async () => {
      const user = await service.newUser();
      const { status, body } = await user.get('/users/me');
      expect(status).toBe(200);
      expect(body).toMatchObject({ id: user.userId, createdAt: expect.any(String) as string });
    });

    it('takes the scheme in any case', async () => {
      const user = await service.newUser();
      const { status } = await service.as(`api-token ${user.token}`).get('/users/me');
      expect(status).toBe(200);
    });

    it('refuses unknown, revoked and expired tokens alike', async () => {
      const user = await service.newUser();
      const made = await user.post('/api-tokens', { name: 'to be revoked' });
      expect(made.status).toBe(201);
      const { id, token } = made.body as { id: string; token: string };
      const second = service.as(`API-Token ${token}`);
      expect((await second.get('/users/me')).status).toBe(200);

      expect((await user.delete(`/api-tokens/${id}`)).status).toBe(204);
      expect(told(await second.get('/users/me'))).toEqual(refusal);
      expect((await user.delete(`/api-tokens/${id}`)).status).toBe(404);
      expect(told(await service.as('API-Token ccs_unknown').get('/users/me'))).toEqual(refusal);
      expect(told(await service.as('API-Token ').get('/users/me'))).toEqual(refusal);

      await withClient(service.databaseUrl, (client) =>
        client.query(
          "update api_tokens set expires_at = now() - interval '1 second' where user_id = $1",
          [user.userId],
        ),
      );
      // What another process changed counts in less than a second.
      await sleep(1000);
      expect(told(await user.get('/users/me'))).toEqual(refusal);
    });

    it('lists tokens newest first, page by page, never in clear', async () => {
      const user = await service.newUser();
      for (const name of ['one', 'two', 'three']) await user.post('/api-tokens', { name });
      const first = await user.get('/api-tokens?limit=2');
      expect((first.body as { name: string }[]).map(({ name }) => name)).toEqual(['three', 'two']);
      expect(JSON.stringify(first.body)).not.toContain('ccs_');
      const next = /<([^>]+)>; rel="next"/.exec(first.headers['link'] ?? '')?.[1] ?? '';
      const second = await user.get(next);
      expect((second.body as { name: string | null }[]).map(({ name }) => name)).toEqual([
        'one',
        null,
      ]);
      expect(second.headers['link']).toBeUndefined();
    });

    it('lets a token live for 180 days', async () => {
      const user = await service.newUser();
      const { body } = await user.post('/api-tokens', {});
      const { expiresAt } = body as { expiresAt: string };
      const days = (new Date(expiresAt).getTime() - Date.now()) / 86_400_000;
      expect(days).toBeGreaterThan(179.9);
      expect(days).toBeLessThanOrEqual(180);
    });

    it('names what is wrong with a new token', async () => {
      const user = await service.newUser();
      const { status, body } = await user.post('/api-tokens', { name: 7, other: 1 });
      expect(status).toBe(400);
      expect(
        (body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer),
      ).toEqual(expect.arrayContaining(['/name', '/other']));
    });
  });

  describe('with an agent token', () => {
    it('speaks for the user behind the last colon', async () => {
      const user = await service.newUser();
      const agent = service.as(`Agent-Token ${AGENT_KEY}:${user.userId}`);
      const { status, body } = await agent.get('/users/me');
      expect(status).toBe(200);
      expect((body as { id: string }).id).toBe(user.userId);
    });

    it.each([
      ['another key', 'x'.repeat(40), ''],
      ['a key cut short', AGENT_KEY.slice(0, -1), ''],
      ['an unknown user', AGENT_KEY, 'usr_0000000000'],
      ['a user id of the wrong form', AGENT_KEY, 'nobody'],
    ])('refuses %s', async (_what, key, userId) => {
      const user = await service.newUser();
      const agent = service.as(`Agent-Token ${key}:${userId || user.userId}`);
      expect(told(await agent.get('/users/me'))).toEqual(refusal);
    });
  });

  describe('with a JWT', () => {
    async function as(token: string | Promise<string>) {
      return service.as(`Bearer ${await token}`).get('/users/me');
    }

    it.each(['rsa-1', 'ec-1'])(
      'knows the user by issuer and subject, signed with %s',
      async (kid) => {
        const first = await as(provider.token(kid, { sub: `bob-${kid}` }));
        const again = await as(provider.token(kid, { sub: `bob-${kid}` }));
        const other = await as(provider.token(kid, { sub: `carol-${kid}` }));
        expect([first.status, again.status, other.status]).toEqual([200, 200, 200]);
        expect(again.body).toEqual(first.body);
        expect(other.body).not.toEqual(first.body);
      },
    );

    it('makes one user of two first calls at once', async () => {
      const token = await provider.token('ec-1', { sub: 'twins' });
      const answers = await Promise.all(Array.from({ length: 10 }, () => as(token)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(new Set(answers.map(({ body }) => (body as { id: string }).id)).size).toBe(1);
    });

    it.each<[string, () => string | Promise<string>]>([
      ['another issuer', () => provider.token('rsa-1', { iss: 'https://evil.example.com/' })],
      ['another audience', () => provider.token('rsa-1', { aud: 'another-service' })],
      ['no audience', () => provider.token('rsa-1', { aud: undefined })],
      [
        'an expired token',
        () => provider.token('rsa-1', { exp: Math.floor(Date.now() / 1000) - 1 }),
      ],
      ['a token without exp', () => provider.token('rsa-1', { exp: undefined })],
      [
        'a token not valid yet',
        () => provider.token('rsa-1', { nbf: Math.floor(Date.now() / 1000) + 60 }),
      ],
      ['a token without subject', () => provider.token('rsa-1', { sub: undefined })],
      ['an empty subject', () => provider.token('rsa-1', { sub: '' })],
      ['a subject that cannot be stored', () => provider.token('rsa-1', { sub: 'a\0b' })],
      ['an unknown key id', () => provider.token('rsa-1', {}, { kid: 'no-such-key' })],
      ['the key id of another key', () => provider.token('rsa-1', {}, { kid: 'ec-1' })],
      [
        'a signature that was changed',
        async () => {
          const [head, payload, signature = ''] = (await provider.token('ec-1')).split('.');
          return `${head}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
        },
      ],
      [
        'another payload under a good signature',
        async () => {
          const [head, , signature] = (await provider.token('ec-1')).split('.');
          const payload = encode({
            iss: provider.issuer,
            aud: provider.audience,
            sub: 'root',
            exp: 9e9,
          });
          return `${head}.${payload}.${signature}`;
        },
      ],
      [
        'alg none',
        () => {
          const payload = { iss: provider.issuer, aud: provider.audience, sub: 'alice', exp: 9e9 };
          return `${encode({ alg: 'none', kid: 'rsa-1' })}.${encode(payload)}.`;
        },
      ],
      [
        'HS256 signed with the public key',
        async () => {
          const payload = { iss: provider.issuer, aud: provider.audience, sub: 'alice', exp: 9e9 };
          const signed = `${encode({ alg: 'HS256', kid: 'rsa-1' })}.${encode(payload)}`;
          const hmac = createHmac('sha256', await provider.publicPem('rsa-1'));
          return `${signed}.${hmac.update(signed).digest('base64url')}`;
        },
      ],
      ['no JWT at all', () => 'nonsense'],
    ])('refuses %s', async (_what, token) => {
      expect(told(await as(token()))).toEqual(refusal);
    });

    it('follows keys that rotate', async () => {
      await provider.addKey('rsa-2', 'RS256');
      provider.unpublish('rsa-1');
      const token = await provider.token('rsa-2', { sub: 'dora' });
      // The provider is asked again at most every six seconds.
      for (const end = Date.now() + 10_000; Date.now() < end;) {
        if ((await as(token)).status === 200) break;
        await sleep(200);
      }
      expect((await as(token)).status).toBe(200);
    }, 15_000);

    it('does not let unknown key ids flood the provider', async () => {
      const before = provider.requests.length;
      for (let i = 0; i < 30; i += 1) {
        await as(provider.token('rsa-2', {}, { kid: randomBytes(4).toString('hex') }));
      }
      expect(provider.requests.length - before).toBeLessThanOrEqual(2);
    });
  });
});

describe('authentication with a fixed public key', () => {
  let provider: IdentityProvider;
  let service: TestService;

  beforeAll(async () => {
    provider = await IdentityProvider.start();
    await provider.addKey('ec-1', 'ES256');
    await provider.addKey('ec-2', 'ES256');
    service = await startTestService({
      JWT_PUBLIC_KEY: (await provider.publicPem('ec-1')).replaceAll('\n', '\\n'),
      JWT_ISSUER: provider.issuer,
      JWT_AUDIENCE: provider.audience,
    });
  });

  afterAll(async () => {
    await service.stop();
    await provider.stop();
  });

  it('takes tokens of that key and of no other', async () => {
    const good = await service.as(`Bearer ${await provider.token('ec-1')}`).get('/users/me');
    const bad = await service.as(`Bearer ${await provider.token('ec-2')}`).get('/users/me');
    expect([good.status, bad.status]).toEqual([200, 401]);
  });

  it('refuses the ways in that are not enabled', async () => {
    const user = await service.newUser();
    const agent = await service.as(`Agent-Token ${AGENT_KEY}:${user.userId}`).get('/users/me');
    expect(agent.status).toBe(401);
  });
});

describe('removing a user', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService();
  });

  afterAll(async () => {
    await service.stop();
  });

  it('removes all that is theirs and nothing else', async () => {
    const leaver = await service.newUser();
    const stayer = await service.newUser();
    await leaver.post('/custom-connectors', { name: 'gone', apiKey: 'sk_1234567890123' });
    const kept = await stayer.post('/custom-connectors', { name: 'kept' });
    expect((await leaver.delete('/users/me')).status).toBe(202);
    expect((await leaver.get('/users/me')).status).toBe(401);
    const { id } = kept.body as { id: string };
    expect((await stayer.get(`/custom-connectors/${id}`)).status).toBe(200);
    const left = await withClient(service.databaseUrl, (client) =>
      client.query<{ count: string }>('select count(*) from custom_connectors'),
    );
    expect(left.rows[0]?.count).toBe('1');
  });
});

describe('RATE_LIMIT_PER_MINUTE', () => {
  it('answers 429 to the user who calls too often, and to no other', async () => {
    const service = await startTestService({ RATE_LIMIT_PER_MINUTE: '5' });
    try {
      const eager = await service.newUser();
      const calm = await service.newUser();
      const statuses = [];
      for (let i = 0; i < 7; i += 1) statuses.push((await eager.get('/users/me')).status);
      expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
      const refused = await eager.get('/users/me');
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      expect((await calm.get('/users/me')).status).toBe(200);
    } finally {
      await service.stop();
    }
  });
});
