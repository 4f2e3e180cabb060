import { readAnswer } from './read-answer.js';

const CODE = "function listTables() {\n  return [{ id: ['a'], displayName: 'A' }];\n}";
const fence = '```';

const read = (text: string) => readAnswer(text, 'listTables');

describe('readAnswer', () => {
  it.each([
    ['bare', CODE],
    ['between blank lines', `\n\n${CODE}\n\n`],
    ['in a fence', `${fence}js\n${CODE}\n${fence}`],
    ['in a fence without a language', `${fence}\n${CODE}\n${fence}`],
    ['in a fence of tildes', `~~~javascript\n${CODE}\n~~~`],
    ['in a longer fence', `${fence}\`\n${CODE}\n${fence}\``],
    ['in a fence that is never closed', `${fence}js\n${CODE}`],
    ['with chatter around it', `Of course.\n\n${fence}js\n${CODE}\n${fence}\n\nHope it **helps**!`],
  ])('finds code %s', async (_how, text) => {
    expect(await read(text)).toEqual({ kind: 'code', code: CODE, faults: [] });
  });

  it('takes source whole that holds what looks like a code block', async () => {
    const code = `const HELP = \`\n~~~js\nx\n~~~\n\`;\n${CODE}`;
    expect(await read(code)).toEqual({ kind: 'code', code, faults: [] });
  });

  it('takes the inside of a fence as it is, whatever stands in it', async () => {
    const code = `const EMPHASIS = '**x** <b>&amp;</b> [a](b)';\n${CODE}`;
    expect(await read(`${fence}js\n${code}\n${fence}`)).toMatchObject({ code, faults: [] });
  });

  it('does not choose between blocks', async () => {
    const block = `${fence}js\n${CODE}\n${fence}`;
    const answer = await read(`${block}\n\nor\n\n${block}`);
    expect(answer.kind === 'none' && answer.detail).toContain('2 code blocks');
  });

  it.each([
    ['prose', 'I am sorry, but no.'],
    ['JSON', '{"function": "function listTables() {}"}'],
    ['another function', 'function pollRecords() {}'],
    ['a call beside it', `${CODE}\nlistTables();`],
    ['a statement beside it', `${CODE}\nif (true) {}`],
    ['a second connector function', `${CODE}\nexport const getRecord = () => 1;`],
    ['the same function twice', `${CODE}\n${CODE}`],
    ['an import', `import x from 'x';\n${CODE}`],
  ])('finds fault with %s', async (_what, text) => {
    const answer = await read(text);
    expect(answer.kind === 'code' && answer.faults.length).toBeGreaterThan(0);
  });

  it('lets helpers and constants stand beside the function', async () => {
    const code = `'use strict';\nconst URL_ = 'https://a.example';\nclass Page {}\nexport function help() {}\n;${CODE}`;
    expect(await read(code)).toEqual({ kind: 'code', code, faults: [] });
  });

  it('reads nothing that is longer than any function may be', async () => {
    const long = `// ${'x'.repeat(65 * 1024)}\n${CODE}`;
    expect(await read(long)).toMatchObject({ kind: 'none' });
    expect(await read(fence.repeat(22 * 1024))).toMatchObject({ kind: 'none' });
  });

  it('takes a moment for an answer that is made to take long', async () => {
    const began = performance.now();
    for (const text of ['`'.repeat(60_000), '~~~\n'.repeat(15_000), 'a\n'.repeat(30_000)]) {
      const answer = await read(text);
      expect(answer.kind === 'none' || answer.faults.length > 0).toBe(true);
    }
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});
