import type { ReadWarning } from '../mapping/mapping.types.js';
import type { Answer, Place } from './answer.types.js';

/** A reason why a read is not complete, with the request and the place that shows it. */
export function warning(
  code: string,
  detail: string,
  { request }: Answer,
  { pointer, header }: Place,
): ReadWarning {
  return {
    ...{ code, detail, request: request.shown },
    ...(pointer === undefined ? {} : { pointer }),
    ...(header === undefined ? {} : { header }),
  };
}
