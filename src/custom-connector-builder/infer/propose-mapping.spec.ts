import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { checkMapping } from '../../mapping/check-mapping.js';
import { columnsOf, compileMapping } from '../../mapping/compile-mapping.js';
import { mapRecord, RecordMapper } from '../../mapping/map-records.js';
import type { MappingConfig } from '../../mapping/mapping.types.js';
import { proposeMapping, type Proposal } from './propose-mapping.js';
import { fieldsOf } from './samples/infer-case.fixture.js';
import { INFER_CASES } from './samples/infer-cases.fixture.js';

function propose(sample: unknown): Proposal {
  const work = proposeMapping(sample);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** What the mapping makes of the sample; of a single record as `getRecord` has it. */
function countsOf(sample: unknown, mapping: MappingConfig, single = false) {
  const compiled = compileMapping(mapping);
  if (single) return mapRecord(compiled, sample, 'asked').counts;
  const mapper = new RecordMapper(compiled);
  mapper.mapPage(sample);
  return mapper.counts;
}

function isValid(schema: object, value: unknown): boolean {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, ownProperties: true });
  formats.default(ajv);
  return ajv.validate(schema, value);
}

describe('the proposal for a sample', () => {
  it.each(INFER_CASES)('is what a careful person would accept: $title', (accepted) => {
    const { recordArrayPath, idPath } = accepted;
    const { mapping } = propose(accepted.sample);
    expect(mapping).toEqual({ recordArrayPath, idPath, fields: fieldsOf(accepted) });
  });

  it.each(INFER_CASES)(
    'reads all records, and each value: $title',
    ({ sample, records, single }) => {
      const { mapping, schema, pollRecordsResponse } = propose(sample);
      expect(checkMapping(mapping)).toEqual([]);
      expect(countsOf(sample, mapping, single)).toMatchObject({
        records,
        ...{ duplicates: 0, rejected: 0, invalid: 0, warnings: [] },
      });
      expect(schema.map(({ id, type }) => ({ id, type }))).toEqual(
        columnsOf(mapping).map(({ id, type }) => ({ id, type })),
      );
      expect(isValid(pollRecordsResponse, sample)).toBe(true);
    },
  );
});
