import { validate, getMetadataStorage, type ValidationError } from 'class-validator';
import { plainToInstance } from 'class-transformer';
import { Injectable, type ArgumentMetadata, type PipeTransform, type Type } from '@nestjs/common';
import { checkText } from './check-text.js';
import { jsonPointer } from './json-pointer.js';
import type { Fault } from './problem.js';
import { InvalidRequestError } from './request.errors.js';

/** A body that knows more about itself than its decorators say. */
export interface SelfChecking {
  /** The faults of values that are of the right type. Sees also values that are not. */
  faults(): Fault[] | Promise<Fault[]>;
}

/**
 * Checks every body and query against the decorators of its class, and names all faults together:
 * properties by JSON Pointer, parameters by name, unknown ones included.
 *
 * A body keeps its values exactly as they were sent; nothing in it is converted or copied, so that
 * free-form JSON comes through whole.
 */
@Injectable()
export class CheckedInputPipe implements PipeTransform {
  async transform(value: unknown, { type, metatype }: ArgumentMetadata): Promise<unknown> {
    if (metatype === undefined || isBuiltIn(metatype)) return value;
    if (type === 'body') return checkBody(value === undefined ? absent(metatype) : value, metatype);
    if (type === 'query') return checkQuery(value, metatype);
    return value;
  }
}

/** A class with a static `mayBeAbsent` takes no body for an empty one. */
function absent(metatype: Type): object | undefined {
  return 'mayBeAbsent' in metatype && metatype.mayBeAbsent === true ? {} : undefined;
}

function isBuiltIn(metatype: Type): boolean {
  return ([String, Number, Boolean, Array, Object] as unknown[]).includes(metatype);
}

async function checkBody(value: unknown, metatype: Type): Promise<unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidRequestError([{ pointer: '', detail: 'must be a JSON object' }]);
  }
  // Values that are too deep or can't be stored are not looked at further: the checks that come
  // next may walk them recursively.
  const unstorable = checkText(value);
  if (unstorable.length > 0) throw new InvalidRequestError(unstorable);

  const known = propertiesOf(metatype);
  const instance = new metatype() as object & Partial<SelfChecking>;
  const faults: Fault[] = [];
  for (const [key, property] of Object.entries(value)) {
    if (known.has(key)) (instance as Record<string, unknown>)[key] = property;
    else faults.push({ pointer: jsonPointer([key]), detail: 'is not a property of this body' });
  }
  for (const error of await validate(instance)) {
    faults.push({ pointer: jsonPointer([error.property]), detail: explain(error) });
  }
  faults.push(...((await instance.faults?.()) ?? []));
  if (faults.length > 0) throw new InvalidRequestError(faults);
  return instance;
}

async function checkQuery(value: unknown, metatype: Type): Promise<unknown> {
  const query = (value ?? {}) as Record<string, unknown>;
  const known = propertiesOf(metatype);
  const faults: Fault[] = [];
  const single: Record<string, string> = {};
  for (const [parameter, given] of Object.entries(query)) {
    if (!known.has(parameter))
      faults.push({ parameter, detail: 'is not a parameter of this route' });
    else if (typeof given !== 'string')
      faults.push({ parameter, detail: 'is given more than once' });
    else single[parameter] = given;
  }
  const instance = plainToInstance(metatype, single) as object;
  for (const error of await validate(instance)) {
    faults.push({ parameter: error.property, detail: explain(error) });
  }
  if (faults.length > 0) throw new InvalidRequestError(faults);
  return instance;
}

function explain(error: ValidationError): string {
  const reasons = Object.values(error.constraints ?? { invalid: 'is not valid' });
  return reasons
    .map((reason) =>
      reason.startsWith(`${error.property} `) ? reason.slice(error.property.length + 1) : reason,
    )
    .join('; ');
}

const properties = new WeakMap<Type, Set<string>>();

/** The names that a class has decorators for. */
function propertiesOf(metatype: Type): Set<string> {
  let known = properties.get(metatype);
  if (!known) {
    const metadata = getMetadataStorage().getTargetValidationMetadatas(metatype, '', false, false);
    known = new Set(metadata.map(({ propertyName }) => propertyName));
    properties.set(metatype, known);
  }
  return known;
}
