import { format } from 'prettier';
import { checkDefinition } from '../../custom-connector/check-definition.js';
import { FUNCTION_NAMES } from '../../custom-connector/custom-connector.types.js';
import { checkSource } from '../../sandbox/source/prepare-source.js';
import { CODE_HOST, LEDGER, LIBRARY, SHOP } from './documents.fixture.js';
import { importDocument } from './import-document.js';
import type { Imported, ImportTask } from './import.types.js';

function imported(document: unknown, more: Omit<ImportTask, 'document'> = {}): Imported {
  const outcome = importDocument({ document, ...more });
  if ('faults' in outcome) throw new Error(JSON.stringify(outcome.faults));
  return outcome;
}

describe('importDocument', () => {
  it.each([
    ['SHOP', SHOP],
    ['CODE_HOST', CODE_HOST],
    ['LEDGER', LEDGER],
    ['LIBRARY', LIBRARY],
  ])('makes of %s a connector that can be stored, in formatted code', async (_, document) => {
    const { connector } = imported(document, { url: 'https://library.example/docs/openapi.json' });
    expect(await checkDefinition(connector)).toEqual([]);
    for (const name of FUNCTION_NAMES) {
      const source = connector[name];
      if (source === undefined) continue;
      expect(checkSource(source, name)).toEqual([]);
      expect(source).toBe(
        await format(source, { parser: 'babel', singleQuote: true, printWidth: 100 }),
      );
    }
  });
});
