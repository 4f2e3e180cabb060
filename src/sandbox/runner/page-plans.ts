import LinkHeader from 'http-link-header';
import { ExactNumber } from '../../json/exact-number.js';
import type { JsonPart } from '../../json/json-document.js';
import { fingerprintOf } from '../../completeness/fingerprint.js';
import { listRecords, type RecordList } from '../../mapping/records/list-records.js';
import { findNode } from '../../mapping/paths/node-path.js';
import { PathSyntaxError } from '../../mapping/mapping.errors.js';
import { parseDottedPath } from '../../mapping/paths/parse-dotted-path.js';
import { type CompiledPath, compilePath, findAll } from '../../mapping/paths/paths.js';
import type { PageFacts } from './realm/realm.types.js';

const SIGNS = ['cursor', 'nextUrl', 'hasMore', 'total', 'totalPages'] as const;
type Sign = (typeof SIGNS)[number];

interface Plan {
  records: CompiledPath;
  signs: Partial<Record<Sign, CompiledPath>>;
  /** Of the records of each page so far. */
  seen: Set<string>;
}

/** Reads, for `paginate`, what pages say of themselves; the pages never enter the engine for it. */
export class PagePlans {
  readonly #plans: Plan[] = [];
  readonly #recordsPath: string;
  readonly #onRepeated: (page: JsonPart, list: RecordList) => void;

  /**
   * `recordsPath`: where the records are unless a call says otherwise; `onRepeated` is told of a page
   * whose records came before.
   */
  constructor(recordsPath: string, onRepeated: (page: JsonPart, list: RecordList) => void) {
    this.#recordsPath = recordsPath;
    this.#onRepeated = onRepeated;
  }

  /** Takes the paths of one call, by the names of `PageFacts`; gives its number, or its faults. */
  add(paths: Record<string, unknown>): number | string {
    const faults: string[] = [];
    const compile = (name: string, path: unknown): CompiledPath | undefined => {
      try {
        return typeof path === 'string' ? compilePath(path) : undefined;
      } catch (error) {
        if (!(error instanceof PathSyntaxError)) throw error;
        faults.push(`${name}Path: ${error.message}`);
        return undefined;
      }
    };
    const signs: Plan['signs'] = {};
    for (const sign of SIGNS) {
      const path = compile(sign, paths[sign]);
      if (path) signs[sign] = path;
    }
    const records = compile('records', paths['records'] ?? this.#recordsPath);
    if (!records || faults.length > 0) return faults.join('; ');
    return this.#plans.push({ records, signs, seen: new Set() }) - 1;
  }

  /** What a page says. Remembers its records, by which a page that comes again is known. */
  survey(number: number, page: JsonPart): PageFacts {
    const plan = this.#plans[number];
    if (!plan) throw new Error('The engine asks for a plan that there is not.');
    const list = listRecords(plan.records, page);
    const repeated = list !== undefined && isRepeated(plan, list);
    if (repeated) this.#onRepeated(page, list);
    const sign = (name: Sign): unknown => {
      const path = plan.signs[name];
      return path && signAt(path, page);
    };
    return {
      bytes: page.document.bytes.length,
      records: list?.nodes.length ?? null,
      repeated,
      cursor: cursorOf(sign('cursor')),
      nextUrl: textOf(sign('nextUrl')),
      hasMore: flagOf(sign('hasMore'), plan.signs.hasMore !== undefined),
      total: countOf(sign('total')),
      totalPages: countOf(sign('totalPages')),
    };
  }
}

function signAt(path: CompiledPath, page: JsonPart): unknown {
  const { document, node } = page;
  if (path.kind === 'query') return findAll(path, document.value(node))[0]?.value;
  const found = findNode(path, page);
  return found === undefined ? undefined : document.value(found);
}

/** Whether the records came before; remembers them. */
function isRepeated({ seen }: Plan, { document, nodes }: RecordList): boolean {
  const fingerprint = fingerprintOf(document, nodes);
  if (fingerprint === undefined) return false;
  const repeated = seen.has(fingerprint);
  seen.add(fingerprint);
  return repeated;
}

/** The address behind `rel="next"` (RFC 8288); undefined where there is none. */
export function nextLink(header: string): string | undefined {
  try {
    return LinkHeader.parse(header).rel('next')[0]?.uri;
  } catch {
    return undefined;
  }
}

/** The JSON of a body with a value at a dotted path; undefined where that leads through a scalar. */
export function bodyWith(bodyJson: string, path: string, value: unknown): string | undefined {
  const body = JSON.parse(bodyJson) as Record<string, unknown>;
  const names = parseDottedPath(path).map(({ name, index }) => name ?? String(index));
  let holder = body;
  for (const [at, name] of names.entries()) {
    const last = at === names.length - 1;
    const member: unknown = Object.hasOwn(holder, name) ? holder[name] : undefined;
    const next = last ? value : (member ?? {});
    if (typeof next !== 'object' && !last) return undefined;
    const described = { writable: true, enumerable: true, configurable: true };
    Object.defineProperty(holder, name, { value: next, ...described });
    holder = next as Record<string, unknown>;
  }
  return JSON.stringify(body);
}

function cursorOf(value: unknown): string | number | null {
  if (value instanceof ExactNumber) return value.toString();
  if (typeof value === 'number') return value;
  return textOf(value);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** What is absent where a path was given means that there is no more. */
function flagOf(value: unknown, asked: boolean): boolean | null {
  if (!asked) return null;
  return !(
    value === undefined ||
    value === null ||
    value === false ||
    value === 'false' ||
    value === 0
  );
}

function countOf(value: unknown): number | null {
  const count = typeof value === 'string' ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : null;
}
