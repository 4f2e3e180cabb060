import { Remote } from './support/remote.js';
import { startTestService, type Answer, type TestService } from './support/service.js';
import { until } from './support/process-tree.js';

const MOST = 20;

describe('MAX_REQUESTS', () => {
  let service: TestService;
  let remote: Remote;
  let answerAll: () => void;
  beforeAll(async () => {
    const held: (() => void)[] = [];
    let open = false;
    remote = await Remote.start((_request, response) => {
      const answer = () => response.setHeader('Content-Type', 'application/json').end('[]');
      if (open) answer();
      else held.push(answer);
    });
    answerAll = () => {
      open = true;
      for (const answer of held.splice(0)) answer();
    };
    service = await startTestService({
      ...{ MAX_REQUESTS: String(MOST), EGRESS_ALLOW: remote.host },
    });
  });
  afterAll(async () => {
    answerAll();
    await service.stop();
    await remote.stop();
  });

  it('are served at once, half of them of one user; others are told at once to come again', async () => {
    const users = [await service.newUser(), await service.newUser(), await service.newUser()];
    const [first, second, third] = users;
    const paths: string[] = [];
    for (const user of users) {
      const { body } = await user.post('/custom-connectors', {
        name: 'slow',
        listTables: `async function listTables() { return (await fetch('${remote.url}')).json(); }`,
      });
      paths.push(`/custom-connectors/${(body as { id: string }).id}/tables`);
    }
    const answers: Answer[] = [];
    const flood = (which: number, count: number) =>
      Array.from({ length: count }, async () => {
        const answer = await users[which]?.get(paths[which] ?? '');
        if (answer) answers.push(answer);
      });
    const ofOne = flood(0, 150);
    await until(() => answers.length >= 150 - MOST / 2, 20_000);
    expect(answers).toHaveLength(150 - MOST / 2);
    // Others find room all the same.
    expect((await third?.get('/users/me'))?.status).toBe(200);

    const ofOther = flood(1, 150);
    await until(() => answers.length >= 300 - MOST, 20_000);
    for (const { status, headers, body } of answers) {
      expect([status, headers['retry-after']]).toEqual([503, '1']);
      expect(body).toMatchObject({ code: 'service.busy' });
    }
    // Now there is no room, but what watches the service is answered.
    expect((await third?.get('/users/me'))?.status).toBe(503);
    expect((await service.anonymous.get('/health/live')).status).toBe(200);
    expect((await service.anonymous.get('/health/ready')).status).toBe(200);
    expect((await service.anonymous.get('/metrics')).status).toBe(200);

    answerAll();
    await Promise.all([...ofOne, ...ofOther]);
    const served = answers.filter(({ status }) => status === 200);
    expect(served).toHaveLength(MOST);
    for (const user of [first, second, third]) {
      expect((await user?.get('/users/me'))?.status).toBe(200);
    }
  }, 60_000);

  it('forget requests whose clients left', async () => {
    const user = await service.newUser();
    for (let round = 0; round < 3; round += 1) {
      const leave = new AbortController();
      const asked = Array.from({ length: MOST }, () =>
        fetch(`${service.url}/users/me`, {
          headers: { Authorization: user.authorization ?? '' },
          signal: leave.signal,
        }).catch(() => null),
      );
      leave.abort();
      await Promise.all(asked);
    }
    await until(async () => (await user.get('/users/me')).status === 200, 5000);
  });
});
