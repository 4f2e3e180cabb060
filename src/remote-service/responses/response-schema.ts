import { Ajv2020, type ErrorObject, type Options, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { CheckAnswer, Expected, FoundFault } from './response-checks.types.js';
import { schemaOfSample } from './schema-of-sample.js';

const MAX_FAULTS = 20;
const MAX_TEXT = 500;
/** In larger bodies only the first fault is looked for: all of them could be millions. */
const ALL_FAULTS_BYTES = 256 * 1024;
const TOO_DEEP = 'The schema or a response is nested too deeply.';

// Without ownProperties, a member named `constructor` is never missing.
const OPTIONS: Options = { strict: false, logger: false, ownProperties: true };

/** Made ready once, which takes longer than nearly all that users' schemas do. */
const schemaOfSchemas = new Ajv2020({ strict: false, logger: false });

/**
 * One schema, ready to hold bodies against it. All here may take any time and memory: it is for a
 * process that somebody watches.
 */
export class ResponseSchema {
  private readonly first: ValidateFunction;
  private all: ValidateFunction | undefined;

  private constructor(private readonly schema: object) {
    this.first = compile(schema, false);
  }

  /** An array is a sample of a response, an object is a schema of draft 2020-12. */
  static read(expected: Expected): ResponseSchema | Exclude<CheckAnswer, { faults: unknown }> {
    try {
      if (Array.isArray(expected)) return new ResponseSchema(schemaOfSample(expected));
      if ('$async' in expected) return { unusable: '$async is no keyword of draft 2020-12' };
      if (schemaOfSchemas.validateSchema(expected) !== true) {
        return {
          unusable: cut(schemaOfSchemas.errorsText(schemaOfSchemas.errors, { dataVar: 'it' })),
        };
      }
      return new ResponseSchema(expected);
    } catch (error) {
      if (error instanceof RangeError) return { gaveUp: TOO_DEEP };
      return { unusable: cut(error instanceof Error ? error.message : 'it cannot be compiled') };
    }
  }

  /** The faults of a body, at most 20; none where it is as expected. */
  check(body: Uint8Array): CheckAnswer {
    try {
      const value = parse(body);
      if (value === undefined) {
        return { faults: [{ pointer: '', detail: 'is not JSON in UTF-8', kind: 'json' }] };
      }
      if (this.first(value)) return { faults: [] };
      const { errors } = this.first;
      if (body.length > ALL_FAULTS_BYTES) return { faults: faultsOf(errors) };
      this.all ??= compile(this.schema, true);
      this.all(value);
      return { faults: faultsOf(this.all.errors ?? errors) };
    } catch (error) {
      if (error instanceof RangeError) return { gaveUp: TOO_DEEP };
      throw error;
    }
  }
}

function compile(schema: object, allErrors: boolean): ValidateFunction {
  const ajv = new Ajv2020({ ...OPTIONS, allErrors, validateSchema: false });
  formats.default(ajv);
  return ajv.compile(schema);
}

/** Undefined where it is no JSON. */
function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return undefined;
  }
}

/** Each kind of fault once, at the first place where it was found. */
function faultsOf(errors: ErrorObject[] | null | undefined): FoundFault[] {
  const kinds = new Map<string, FoundFault>();
  for (const { instancePath, schemaPath, message = 'is not as expected' } of errors ?? []) {
    if (kinds.size >= MAX_FAULTS) break;
    const kind = `${schemaPath} ${message}`;
    if (!kinds.has(kind)) kinds.set(kind, { pointer: instancePath, detail: cut(message), kind });
  }
  return [...kinds.values()];
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
