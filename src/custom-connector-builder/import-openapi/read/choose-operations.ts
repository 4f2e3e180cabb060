import type { Fault } from '../../../common/problem.js';
import type { Method } from './operation.types.js';

/** Which operations of a document are to be taken: all, or those that were asked for. */
export class OperationChoice {
  private readonly left: Map<string, number[]> | undefined;
  private readonly met = new Set<string>();

  /** `asked` are operationIds, or calls such as `GET /pets`. */
  constructor(private readonly asked: readonly string[] | undefined) {
    if (!asked) return;
    this.left = new Map();
    asked.forEach((name, at) => {
      const same = this.left?.get(nameOf(name));
      if (same) same.push(at);
      else this.left?.set(nameOf(name), [at]);
    });
  }

  takes(method: Method, path: string, operationId: string | undefined): boolean {
    if (!this.left) return true;
    const names = [
      `${method.toUpperCase()} ${path}`,
      ...(operationId === undefined ? [] : [operationId]),
    ];
    const found = names.filter((name) => this.left?.has(name));
    for (const name of found) this.met.add(name);
    return found.length > 0;
  }

  /** A fault for each that was asked for and not met. */
  faults(): Fault[] {
    return [...(this.left ?? [])].flatMap(([name, places]) => {
      if (this.met.has(name)) return [];
      return places.map((at) => ({
        pointer: `/operations/${at}`,
        detail: 'is no operation of the document; name it by its operationId, or as "GET /pets"',
      }));
    });
  }
}

/** The method may be written in any case. */
function nameOf(asked: string): string {
  const call = /^([a-z]+) +(\/.*)$/i.exec(asked);
  return call ? `${(call[1] ?? '').toUpperCase()} ${call[2] ?? ''}` : asked;
}
