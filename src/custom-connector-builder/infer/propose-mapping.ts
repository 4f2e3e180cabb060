import { KEY_PATH } from '../../mapping/check-mapping.js';
import type { MappedColumn } from '../../mapping/compile-mapping.js';
import type { MappingConfig } from '../../mapping/mapping.types.js';
import { schemaOfShape, type JsonSchema } from '../../remote-service/responses/schema-of-sample.js';
import {
  SampleShape,
  surveyValue,
  type ShapeLimits,
} from '../../remote-service/responses/sample-shape.js';
import { chooseColumns, chooseFields } from './fields/choose-fields.js';
import { chooseId } from './ids/choose-id.js';
import type { Shape } from './fields/choose-type.js';
import { describeResponse } from './describe-response.js';
import type { FieldDraft } from './fields/field-draft.js';
import { draftIds } from './ids/draft-ids.js';
import { findRecords, type RecordPlace } from './records/find-records.js';
import { NoRecordsError } from './infer.errors.js';
import { nameFields } from './fields/name-fields.js';
import { pathToRecords } from './records/path-to-records.js';
import { ScalarEvidence } from './fields/scalar-evidence.js';
import { humanise } from './fields/words.js';

/** What a sample of a response suggests, as the fields of a connector have it. */
export interface Proposal {
  mapping: MappingConfig;
  schema: MappedColumn[];
  pollRecordsResponse: JsonSchema;
}

/** So that a schema of a record is compiled within half a second: it takes the square of their number. */
const MOST_DESCRIBED = 500;
/** So that the whole proposal fits into a connector. */
const RECORD_LIMITS: ShapeLimits = { places: 20_000, membersOfPlace: 1_000, nameLength: 500 };
/** More cells of a row than a mapping has fields are no columns. */
const MOST_CELLS = 1_000;

/**
 * Proposes how records are read from responses like this sample. All records are looked at, none is
 * left out for its number, so that each value fits its field's type. Yields every few hundred values.
 * Throws NoRecordsError where the sample holds none.
 */
export function* proposeMapping(sample: unknown): Generator<void, Proposal> {
  const place = yield* findPlace(sample);
  const { recordArrayPath, records } = place;
  const list = newShape();
  // A response's schema takes the header of its rows, too.
  yield* surveyValue(list, place.holding === 'rows' ? place.value : records);
  const shape = list.items ?? newShape();
  const isTable = shape.seen > 0 && shape.counts.array === shape.seen;
  const drafts = isTable ? yield* columnsOf(place) : chooseFields(shape);
  const names = nameFields(drafts);
  const listName = String(place.location.at(-1) ?? '');
  // In one record alone every value looks like an id.
  const isOne = place.holding === 'root' || place.holding === 'member';
  const ids = isOne
    ? drafts.filter(({ standing }) => standing !== 'nested')
    : [...drafts, ...draftIds(shape)];
  const idPath = place.holding === 'keyed' ? KEY_PATH : yield* chooseId(ids, records, listName);
  const fields = drafts.map(({ path, type }, index) => ({
    path,
    type,
    name: names[index] ?? path,
  }));
  return {
    mapping: { recordArrayPath, idPath, fields },
    schema: fields.map(({ name, type }) => ({ id: name, displayName: humanise(name), type })),
    pollRecordsResponse: yield* describeResponse(
      sample,
      place,
      schemaOfShape(shape, MOST_DESCRIBED),
    ),
  };
}

interface FoundRecords extends RecordPlace {
  recordArrayPath: string;
  records: readonly unknown[];
}

function* findPlace(sample: unknown): Generator<void, FoundRecords> {
  const found = yield* findRecords(sample);
  if (!found) throw new NoRecordsError(sample);
  const recordArrayPath = pathToRecords(sample, found);
  if (recordArrayPath !== undefined) {
    return { ...found, recordArrayPath, records: yield* recordsOf(found) };
  }
  const root: RecordPlace = { holding: 'root', location: [], value: sample as object };
  return { ...root, recordArrayPath: '', records: [sample] };
}

function* recordsOf({ holding, value, names = [] }: RecordPlace): Generator<void, unknown[]> {
  if (holding === 'list') return value as unknown[];
  if (holding === 'rows') return (value as unknown[]).slice(1);
  if (holding === 'member' || holding === 'root') return [value];
  const records: unknown[] = [];
  for (const name of names) {
    yield;
    const member = (value as Record<string, unknown>)[name];
    if (holding === 'keyed') records.push(member);
    else for (const record of member as unknown[]) records.push(record);
  }
  return records;
}

/** The columns of rows, each cell at the place of its number. */
function* columnsOf({ holding, value, records }: FoundRecords): Generator<void, FieldDraft[]> {
  const shape = newShape();
  for (const row of records) {
    yield;
    yield* surveyValue(
      shape,
      Object.fromEntries((row as unknown[]).slice(0, MOST_CELLS).entries()),
    );
  }
  const [header = []] = holding === 'rows' ? (value as unknown[][]) : [];
  return chooseColumns(shape, header);
}

function newShape(): Shape {
  return SampleShape.ofRoot(RECORD_LIMITS, () => new ScalarEvidence());
}
