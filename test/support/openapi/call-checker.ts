import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { asJsonSchema, objectAt, type JsonObject } from './as-json-schema.js';
import type { Row } from './collection.js';
import {
  FORM,
  readOperations,
  type Operation,
  type Parameter,
  type Scheme,
} from './read-operations.js';

/** A request as it came. */
export interface Call {
  url: URL;
  /** The parameters of its path, decoded. */
  params: Record<string, string>;
  headers: Record<string, string | undefined>;
  /** Its body, as text. */
  text: string;
}

/** What a request says, and what is wrong with it. */
export interface Checked {
  /** The key is not where it has to be. */
  refused: boolean;
  faults: string[];
  query: Row;
  body: Row;
}

/** Holds the requests and answers of an operation against the document. */
export class CallChecker {
  readonly operations: Operation[];
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true, logger: false });
  private readonly compiled = new Map<JsonObject, ValidateFunction>();
  private readonly answered: Map<string, Operation>;

  /** @param key what a caller has to prove that it knows; `user:password` for Basic */
  constructor(
    document: JsonObject,
    private readonly key: string,
  ) {
    formats.default(this.ajv);
    const [sent, given] = [
      asJsonSchema(document, 'sent', 'readOnly'),
      asJsonSchema(document, 'given', 'writeOnly'),
    ];
    this.ajv.addSchema(sent, 'sent');
    this.ajv.addSchema(given, 'given');
    this.operations = readOperations(sent);
    this.answered = new Map(readOperations(given).map((operation) => [operation.name, operation]));
  }

  checkCall(operation: Operation, call: Call): Checked {
    const refused = !operation.security.some((scheme) => this.hasKey(scheme, call));
    const faults = refused ? ['the key is not where it has to be'] : [];
    const isOpen = operation.security.every(({ kind }) => kind === 'none');
    if (isOpen && JSON.stringify([call.url.href, call.headers]).includes(this.key)) {
      faults.push('a key where none is needed');
    }
    const query = this.checkParameters(operation, call, faults);
    return { refused, faults, query, body: this.checkBody(operation, call, faults) };
  }

  /** What is wrong with an answer of this server's own. */
  checkAnswer({ name }: Operation, status: number, body: unknown): string[] {
    const responses = this.answered.get(name)?.responses ?? {};
    const as = String(status) in responses ? String(status) : 'default';
    if (!(as in responses)) return [`answers ${status}, which is not in the document`];
    const schema = responses[as];
    if (!schema) return body === undefined ? [] : [`answers ${status} with a body`];
    return this.faultsOf(schema, body).map((fault) => `answers ${status}: ${fault}`);
  }

  private hasKey(scheme: Scheme, { headers, url }: Call): boolean {
    if (scheme.kind === 'none') return true;
    if (scheme.kind === 'bearer') return headers['authorization'] === `Bearer ${this.key}`;
    if (scheme.kind === 'basic') {
      return headers['authorization'] === `Basic ${Buffer.from(this.key).toString('base64')}`;
    }
    if (!('name' in scheme)) return false;
    if (scheme.in === 'header') return headers[scheme.name.toLowerCase()] === this.key;
    if (scheme.in === 'query') return url.searchParams.get(scheme.name) === this.key;
    const cookies = (headers['cookie'] ?? '').split('; ');
    return cookies.includes(`${scheme.name}=${encodeURIComponent(this.key)}`);
  }

  private checkParameters(operation: Operation, call: Call, faults: string[]): Row {
    const { searchParams } = call.url;
    const query: Row = {};
    for (const parameter of operation.parameters) {
      const { name, required } = parameter;
      const values = valuesOf(parameter, call);
      if (values.length === 0) {
        if (required) faults.push(`without the ${parameter.in} parameter ${name}`);
        continue;
      }
      const value = readText(parameter.schema, values);
      const found = this.faultsOf(parameter.schema, value);
      faults.push(...found.map((fault) => `${parameter.in} parameter ${name}: ${fault}`));
      if (parameter.in === 'query') query[name] = value;
    }
    const known = new Set([
      ...operation.parameters.filter((found) => found.in === 'query').map(({ name }) => name),
      ...operation.security.flatMap((scheme) =>
        scheme.kind === 'key' && scheme.in === 'query' ? [scheme.name] : [],
      ),
    ]);
    for (const name of new Set(searchParams.keys())) {
      if (!known.has(name)) faults.push(`query parameter ${name}: not in the document`);
    }
    return query;
  }

  private checkBody({ body }: Operation, { headers, text }: Call, faults: string[]): Row {
    if (!body) {
      if (text !== '') faults.push('a body where none is taken');
      return {};
    }
    if (text === '') {
      if (body.required) faults.push('without a body');
      return {};
    }
    const type = (headers['content-type'] ?? '').split(';')[0] ?? '';
    const schema = body.types[type];
    if (!schema) {
      faults.push(`a body of type ${type}`);
      return {};
    }
    const value = type === FORM ? this.readForm(schema, text) : parse(text);
    // Where no property is named, any may come.
    const isOpen = Object.keys(this.propertiesOf(schema)).length === 0;
    const closed = isOpen ? schema : { ...schema, unevaluatedProperties: false };
    faults.push(...this.faultsOf(closed, value, schema).map((fault) => `body: ${fault}`));
    return objectAt(value as JsonObject);
  }

  private readForm(schema: JsonObject, text: string): JsonObject {
    const properties = this.propertiesOf(schema);
    const fields = new URLSearchParams(text);
    return Object.fromEntries(
      [...new Set(fields.keys())].map((name) => [
        name,
        readText(objectAt(properties[name]), fields.getAll(name)) as JsonObject,
      ]),
    );
  }

  private propertiesOf(schema: JsonObject): JsonObject {
    const { $ref, allOf } = schema;
    const behind = typeof $ref === 'string' ? objectAt(this.ajv.getSchema($ref)?.schema) : null;
    return {
      ...(behind ? this.propertiesOf(behind) : {}),
      ...objectAt(schema, 'properties'),
      ...Object.assign(
        {},
        ...(Array.isArray(allOf) ? allOf : []).map((part) => this.propertiesOf(objectAt(part))),
      ),
    } as JsonObject;
  }

  private faultsOf(schema: JsonObject, value: unknown, key = schema): string[] {
    let validate = this.compiled.get(key);
    if (!validate) {
      validate = this.ajv.compile(schema);
      this.compiled.set(key, validate);
    }
    return validate(value) ? [] : (validate.errors ?? []).map(tell);
  }
}

function tell({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || '(root)'} ${message ?? ''} ${JSON.stringify(params)}`;
}

function valuesOf({ name, in: place }: Parameter, { url, params, headers }: Call): string[] {
  if (place === 'query') return url.searchParams.getAll(name);
  const value = place === 'path' ? params[name] : headers[name.toLowerCase()];
  return value === undefined ? [] : [value];
}

/** Text as a schema means it; what does not fit stays text, and the schema refuses it. */
function readText(schema: JsonObject, values: string[]): unknown {
  const [value = ''] = values;
  const types = [schema['type']].flat();
  if (types.includes('array')) {
    return values.map((one) => readText(objectAt(schema, 'items'), [one]));
  }
  const isNumber = types.includes('integer') || types.includes('number');
  if (isNumber && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  if (types.includes('boolean') && /^(true|false)$/.test(value)) return value === 'true';
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return `not JSON: ${text}`;
  }
}
