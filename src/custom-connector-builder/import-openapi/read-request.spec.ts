import { readRequest } from './read-request.js';

const read = (value: unknown) => readRequest(Buffer.from(JSON.stringify(value)));
const pointers = (value: unknown): (string | undefined)[] => {
  const outcome = read(value);
  return 'faults' in outcome ? outcome.faults.map(({ pointer }) => pointer) : [];
};

describe('readRequest', () => {
  it.each([
    [{ document: {} }, { document: {} }],
    [
      { document: 'openapi: 3.0.0', url: null, server: 'https://a.example' },
      { document: 'openapi: 3.0.0', server: 'https://a.example' },
    ],
    [
      { url: 'https://a.example', operations: [] },
      { url: 'https://a.example', operations: [] },
    ],
  ])('takes %j', (body, request) => {
    expect(read(body)).toEqual({ request });
  });

  it('names all faults', () => {
    expect(
      pointers({ document: 1, url: 'ftp://x', server: '', operations: ['a', 1], more: true }),
    ).toEqual([...['/more', '/document', '/document', '/url', '/server', '/operations/1']]);
    expect(pointers({})).toEqual(['/document']);
    expect(pointers([])).toEqual(['']);
    expect(pointers({ url: 'https://a.example/\0' })).toEqual(['/url']);
    expect(pointers({ document: 'x'.repeat(10_000_001) })).toEqual(['/document']);
    expect(pointers({ document: { x: 'x'.repeat(10_000_001) } })).toEqual(['/document']);
    expect(pointers({ document: { ['__proto__']: 1 } })).toEqual(['/document/__proto__']);
  });

  it('says where a body is no JSON', () => {
    expect(readRequest(Buffer.from('{"a" 1}'))).toEqual({
      malformed: expect.stringMatching(/^The body is not JSON.*character 5/) as string,
    });
    expect(readRequest(new Uint8Array())).toHaveProperty('malformed');
  });
});
