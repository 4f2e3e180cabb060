import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Answer } from './service.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** Holds answers of the service against its own OpenAPI document. */
export class Contract {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(readonly document: OpenAPIObject) {
    formats.default(this.ajv);
    this.ajv.addSchema(document, 'api');
  }

  /** Throws where an answer is not as described: its status, its type, its body. */
  check(method: string, path: string, response: Answer): void {
    const [template, operation] = this.find(method, path);
    const where = `${method} ${path} ${response.status}`;
    const type = (response.headers['content-type'] ?? '').split(';')[0];
    if (operation === undefined) {
      // Not a route: the answer must be a problem all the same.
      if (response.status >= 400)
        this.validate(where, '#/components/schemas/Problem', response.body);
      return;
    }
    const described = operation.responses[String(response.status)];
    if (!described) throw new Error(`${where}: the status is not described`);
    const content = 'content' in described ? (described.content ?? {}) : {};
    if (Object.keys(content).length === 0) {
      if (response.text) throw new Error(`${where}: a body where none is described`);
      return;
    }
    if (type === undefined || !(type in content)) throw new Error(`${where}: type ${type}`);
    if (!type.endsWith('json') || type.endsWith('ndjson')) return;
    const pointer = ['paths', template, method.toLowerCase(), 'responses', String(response.status)]
      .concat('content', type, 'schema')
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    this.validate(where, `#/${pointer}`, response.body);
  }

  private validate(where: string, pointer: string, body: unknown): void {
    let validate = this.validators.get(pointer);
    if (!validate) {
      validate = this.ajv.compile({ $ref: `api${pointer}` });
      this.validators.set(pointer, validate);
    }
    if (!validate(body)) {
      const errors = this.ajv.errorsText(validate.errors);
      throw new Error(`${where}: ${errors}\n${JSON.stringify(body).slice(0, 2000)}`);
    }
  }

  private find(method: string, path: string): [string, Operation | undefined] {
    const segments = (path.split('?')[0] ?? '').split('/');
    const matching = Object.keys(this.document.paths).filter((template) => {
      const parts = template.split('/');
      return (
        parts.length === segments.length &&
        parts.every((part, index) => /^\{.*\}$/.test(part) || part === segments[index])
      );
    });
    const template = matching[0] ?? '';
    const item = this.document.paths[template];
    return [template, item?.[method.toLowerCase() as 'get']];
  }
}
