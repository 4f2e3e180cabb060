import { INFER_CASES } from '../src/custom-connector-builder/infer/samples/infer-cases.fixture.js';
import { startTestService, type Answer, type Api, type TestService } from './support/service.js';

const ROUTE = '/rest/custom-connector-builder/infer';
const MIB = 1024 * 1024;

interface Proposal {
  mapping: { recordArrayPath: string; idPath: string; fields: { name: string; type: string }[] };
  schema: { id: string; displayName: string; type: string }[];
  pollRecordsResponse: object;
}

interface Records {
  records: { id: string; fields: Record<string, unknown> }[];
  summary: { complete: boolean; invalid: number; warnings: object[] };
}

describe('the proposal of a mapping', () => {
  let service: TestService;
  let user: Api;

  beforeAll(async () => {
    service = await startTestService();
    user = await service.newUser();
  });

  afterAll(async () => {
    await service.stop();
  });

  function codeOf({ body }: Answer): string | undefined {
    return (body as { code?: string }).code;
  }

  it.each(INFER_CASES)('makes a connector that reads all: $title', async (given) => {
    const { sample, records, single = false } = given;
    const answer = await user.post(ROUTE, { sample });
    expect(answer.status).toBe(200);
    const proposal = answer.body as Proposal;
    expect(Object.keys(proposal).sort()).toEqual(['mapping', 'pollRecordsResponse', 'schema']);
    // A record that is the response itself is given in an array.
    const page = JSON.stringify(JSON.stringify(single ? [sample] : sample));
    const made = await user.post('/custom-connectors', {
      name: 'Proposed',
      tables: ['table'],
      pollRecords: `function pollRecords() { return JSON.parse(${page}); }`,
      ...proposal,
    });
    expect(made.status).toBe(201);
    const table = `/custom-connectors/${(made.body as { id: string }).id}/tables/table`;
    const read = (await user.get(`${table}/records`)).body as Records;
    expect(read.records).toHaveLength(records);
    expect(read.summary).toMatchObject({ complete: true, invalid: 0, warnings: [] });
    const spec = (await user.get(`${table}/spec`)).body as {
      columns: { name: string; pgType: string }[];
    };
    expect(spec.columns.map(({ name, pgType }) => [name, pgType])).toEqual(
      proposal.schema.map(({ displayName, type }) => [displayName, type]),
    );
    const columns = proposal.schema.map(({ id }) => id);
    for (const { fields } of read.records)
      expect(columns).toEqual(expect.arrayContaining(Object.keys(fields)));
  });

  it('fits getRecord where the sample is one record', async () => {
    const sample = { id: 'prj_81', name: 'Tea set', members: [{ id: 1 }] };
    const proposal = (await user.post(ROUTE, { sample })).body as Proposal;
    const made = await user.post('/custom-connectors', {
      name: 'One',
      getRecord: `function getRecord() { return ${JSON.stringify(sample)}; }`,
      ...proposal,
    });
    const { id } = made.body as { id: string };
    const read = await user.get(`/custom-connectors/${id}/tables/table/records/prj_81`);
    expect(read.body).toEqual({ id: 'prj_81', fields: sample });
  });

  it('refuses a sample without records, and says what it is', async () => {
    const samples: [unknown, string][] = [
      [null, 'null'],
      [7, 'a number'],
      ['x', 'a text'],
      [{}, 'an empty object'],
    ];
    for (const [sample, what] of samples) {
      const answer = await user.post(ROUTE, { sample });
      expect([answer.status, codeOf(answer)]).toEqual([422, 'builder.no_records']);
      expect((answer.body as { detail: string }).detail).toContain(`the sample is ${what}.`);
    }
  });

  it('names all faults of a body at once', async () => {
    const answer = await user.post(ROUTE, { example: [], prompt: 'x' });
    expect(answer.status).toBe(400);
    expect(
      (answer.body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer),
    ).toEqual(['/example', '/prompt', '/sample']);
    const proto = await user.send('POST', ROUTE, {
      headers: { 'Content-Type': 'application/json' },
      body: '{"sample":[{"__proto__":{"id":1}}]}',
    });
    expect([proto.status, codeOf(proto)]).toEqual([400, 'request.invalid']);
  });

  it('takes samples of up to 25 MiB, of JSON alone', async () => {
    const records = Array.from({ length: 100_000 }, (_, id) => ({
      id,
      at: '2026-01-31',
      text: 'x'.repeat(200),
    }));
    const large = await user.post(ROUTE, { sample: { data: records } });
    expect(large.status).toBe(200);
    expect((large.body as Proposal).mapping).toEqual({
      recordArrayPath: 'data',
      idPath: 'id',
      fields: [
        { path: 'id', type: 'numeric', name: 'id' },
        { path: 'at', type: 'timestamp', name: 'at' },
        { path: 'text', type: 'text', name: 'text' },
      ],
    });
    const tooLarge = await user.post(ROUTE, { sample: ['x'.repeat(25 * MIB)] });
    expect([tooLarge.status, codeOf(tooLarge)]).toEqual([413, 'request.too_large']);
    const form = await user.send('POST', ROUTE, {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'sample=1',
    });
    expect([form.status, codeOf(form)]).toEqual([415, 'request.unsupported_type']);
  });

  it('is for users alone', async () => {
    expect((await service.anonymous.post(ROUTE, { sample: [{ id: 1 }] })).status).toBe(401);
  });
});
