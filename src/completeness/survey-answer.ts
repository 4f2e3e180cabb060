import type { Location } from '../common/json-pointer.js';
import type { AnswerSigns } from './answer.types.js';
import { surveyError } from './survey-error.js';
import { isObject } from './find-list.js';
import { type Holder, isScalar, sign } from './holder.js';
import { readMore } from './read-more.js';
import {
  COUNT_BESIDE_NEXT,
  META,
  NEXT,
  PAGE_NUMBER,
  PAGES,
  plainName,
  TOTAL,
  TOTAL_HEADERS,
} from './sign-names.js';

const MOST_MEMBERS = 128;
const IDS = new Set(['id', 'uuid', 'guid']);

/**
 * What a response says of its series. `container` is where its records are, the array or the object
 * that holds them; `nextLink` finds the address behind `rel="next"` of a Link header.
 */
export function surveyAnswer(
  root: unknown,
  headers: readonly (readonly [name: string, value: string])[],
  container: Location | undefined,
  nextLink: (header: string) => string | undefined,
): AnswerSigns {
  const holders = holdersOf(root, container);
  const header = (name: string): string | undefined =>
    headers.find(([given]) => given.toLowerCase() === name)?.[1];
  const link = nextLink(header('link') ?? '');
  const { more, ends } = readMore(holders);
  const byLink: AnswerSigns['more'] =
    link === undefined ? undefined : { header: 'link', what: 'rel="next" is there', next: link };
  const found = byLink ?? more;
  const total = totalOf(holders) ?? totalInHeaders(header);
  const pages = pagesOf(holders);
  // Where the records are the members of the root, each of its names is a record's.
  const isRecords = container?.length === 0;
  const error = isRecords ? undefined : surveyError(root, holders[0]);
  return {
    ...(found && !(ends && !byLink) ? { more: found } : {}),
    ends: ends && !byLink,
    ...(pages ? { pages } : {}),
    ...(total ? { total } : {}),
    ...(error ? { error } : {}),
  };
}

/** The root, what leads from it to the records, and what stands beside these; the root first. */
function holdersOf(root: unknown, container: Location | undefined): Holder[] {
  const chain: Holder[] = [];
  let value = root;
  const steps = container ?? [];
  for (
    let depth = 0;
    isObject(value) && (depth < steps.length || container === undefined);
    depth++
  ) {
    const holder = holderOf(value, steps.slice(0, depth));
    chain.push(holder);
    const step = steps[depth];
    if (step === undefined) break;
    value = value[step];
  }
  return chain.flatMap((holder) => [holder, ...metaOf(holder, 2)]);
}

function metaOf(holder: Holder, levels: number): Holder[] {
  if (levels === 0) return [];
  return holder.members.flatMap(([plain, name, value]) => {
    if (!META.has(plain) || !isObject(value)) return [];
    const meta = holderOf(value, [...holder.location, name]);
    return [meta, ...metaOf(meta, levels - 1)];
  });
}

function holderOf(value: Record<string, unknown>, location: Location): Holder {
  const members: Holder['members'] = [];
  for (const name in value) {
    if (members.length >= MOST_MEMBERS) break;
    members.push([plainName(name), name, value[name]]);
  }
  const isRpc = members.some(([plain]) => plain === 'jsonrpc');
  const isRecord = !isRpc && members.some(([plain, , item]) => IDS.has(plain) && isScalar(item));
  return { members, location, isRecord };
}

/** The total nearest to the records. */
function totalOf(holders: Holder[]): AnswerSigns['total'] {
  for (const { members, location, isRecord } of holders.toReversed()) {
    if (isRecord) continue;
    const isPaged = members.some(([plain]) => NEXT.has(plain));
    for (const [plain, name, value] of members) {
      if (!TOTAL.has(plain) && !(isPaged && COUNT_BESIDE_NEXT.has(plain))) continue;
      const inside = isObject(value) ? value['value'] : value;
      if (!isCount(inside)) continue;
      return { ...sign([...location, name], `${name} is ${inside}`), value: inside };
    }
  }
  return undefined;
}

function totalInHeaders(header: (name: string) => string | undefined): AnswerSigns['total'] {
  for (const name of TOTAL_HEADERS) {
    const text = header(name)?.trim();
    if (text === undefined || !/^\d{1,15}$/.test(text)) continue;
    return { header: name, what: `${name} is ${text}`, value: Number(text) };
  }
  // RFC 9110, 14.4: unit, range, and the complete length behind a slash.
  const length = /^\s*(?!bytes)[a-z-]+\s+[\d*-]+\/(\d{1,15})\s*$/i.exec(
    header('content-range') ?? '',
  )?.[1];
  if (length === undefined) return undefined;
  return {
    header: 'content-range',
    what: `content-range tells of ${length}`,
    value: Number(length),
  };
}

function pagesOf(holders: Holder[]): AnswerSigns['pages'] {
  for (const { members, location } of holders.toReversed()) {
    const page = members.find(([plain, , value]) => PAGE_NUMBER.has(plain) && isCount(value));
    const pages = members.find(([plain, , value]) => PAGES.has(plain) && isCount(value));
    if (!page || !pages || Number(page[2]) >= Number(pages[2])) continue;
    const what = `${page[1]} is ${Number(page[2])} of ${Number(pages[2])}`;
    return { ...sign([...location, pages[1]], what), value: Number(pages[2]) };
  }
  return undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
