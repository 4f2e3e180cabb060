import { META, MORE, NEXT, PAGES, plainName, TOTAL } from '../../../../completeness/sign-names.js';
import type { Schemas, Shape } from '../../read/schema-shape.js';
import { isObject, type RecordList } from '../records/find-records.js';

/** Where an answer tells of further pages: the names that lead there. */
export interface PageSigns {
  nextUrl?: string[];
  nextCursor?: string[];
  /** Whether what is at `nextCursor` is a number. */
  nextIsNumber?: boolean;
  /** A cursor only where there is a parameter of that name. */
  sameNamed?: string[];
  hasMore?: string[];
  total?: string[];
  totalPages?: string[];
}

const URL_LEADS = new Set(['href', 'url', 'uri', 'link']);
const CURSOR_LEADS = new Set(['after', 'cursor', 'token']);
/** Inside of these, `after` is the cursor of the next page. */
const CURSOR_HOLDERS = new Set([
  ...['cursors', 'cursor', 'paging', 'pageinfo', 'pagination', 'page', 'next'],
]);
/** Texts that are the next page's, under the very name that the parameter has. */
const SAME_NAMED = new Set(['offset', 'bookmark', 'scrollid']);
const ADDRESS = /ur[il]|link|href/;
const MOST_DEPTH = 3;

/** What an answer says of the pages after it, as far as its schema tells. */
export function surveyPage(schemas: Schemas, schema: unknown, records: RecordList): PageSigns {
  const signs: PageSigns = {};
  let path: string[] = [];
  let at = schema;
  for (const name of [...records.path, undefined]) {
    const shape = schemas.shapeOf(at);
    if (name === undefined && records.keyed) break;
    lookAt(schemas, shape, path, signs);
    if (name === undefined) break;
    at = shape.properties.get(name);
    path = [...path, name];
  }
  return signs;
}

function lookAt(schemas: Schemas, shape: Shape, path: string[], signs: PageSigns): void {
  if (shape.types.has('array') || path.length > MOST_DEPTH) return;
  for (const [name, schema] of shape.properties) {
    const member = schemas.shapeOf(schema);
    const here = [...path, name];
    const plain = plainName(name);
    const holder = plainName(path.at(-1) ?? '');
    const isCount = member.types.has('integer') || member.types.has('number');
    if (MORE.has(plain) && !isCount && !isObject(member)) signs.hasMore ??= here;
    else if (TOTAL.has(plain) && isCount) signs.total ??= here;
    else if (plain === 'count' && isCount && /\btotal\b/i.test(textOf(member, 'description'))) {
      signs.total ??= here;
    } else if (PAGES.has(plain) && isCount) signs.totalPages ??= here;
    else if (NEXT.has(plain) || plain === 'endcursor') ofNext(schemas, member, here, signs);
    else if (plain === 'after' && CURSOR_HOLDERS.has(holder)) signs.nextCursor ??= here;
    else if (SAME_NAMED.has(plain) && member.types.has('string')) signs.sameNamed ??= here;
    else if (META.has(plain) && isObject(member)) lookAt(schemas, member, here, signs);
  }
}

function ofNext(schemas: Schemas, member: Shape, path: string[], signs: PageSigns): void {
  if (member.types.has('boolean')) {
    signs.hasMore ??= path;
    return;
  }
  if (isObject(member)) {
    for (const [name] of member.properties) {
      if (URL_LEADS.has(plainName(name))) signs.nextUrl ??= [...path, name];
      else if (CURSOR_LEADS.has(plainName(name))) signs.nextCursor ??= [...path, name];
    }
    return;
  }
  if (isAddress(member, path)) signs.nextUrl ??= path;
  else if (!signs.nextCursor) {
    signs.nextCursor = path;
    signs.nextIsNumber = member.types.has('integer') || member.types.has('number');
  }
}

/** A bare `next` may be either: its description decides, and the place where it stands. */
function isAddress(member: Shape, path: string[]): boolean {
  const name = plainName(path.at(-1) ?? '');
  if (/cursor|token|marker|offset|key/.test(name)) return false;
  const format = textOf(member, 'format');
  if (/^(ur[il]|iri)(-reference)?$/.test(format) || ADDRESS.test(name)) return true;
  if (ADDRESS.test(plainName(path.at(-2) ?? ''))) return true;
  if (/^(https?:\/)?\//.test(textOf(member, 'example'))) return true;
  return /\bur[il]\b|\blinks?\b|\bhref\b/i.test(textOf(member, 'description'));
}

function textOf({ keywords }: Shape, keyword: string): string {
  const text = keywords[keyword];
  return typeof text === 'string' ? text.slice(0, 1000) : '';
}
