import { plainName } from '../../../../completeness/sign-names.js';
import type { Operation, Parameter } from '../../read/operation.types.js';
import { allowedValues, type Schemas } from '../../read/schema-shape.js';
import { dottedPath } from '../records/dotted-path.js';
import type { RecordList } from '../records/find-records.js';
import { mostIn } from './most-in.js';
import { type PageSigns, surveyPage } from './survey-page.js';

/** The options of `paginate` for a list, in their order; none where it comes in one page. */
export type Paging = [option: string, value: string | number][];

export interface PagingPlan {
  options: Paging;
  /** Parameters that every request has, such as the size of a page. */
  query: [name: string, value: string][];
  /** The names of the parameters that paging sets. */
  used: Set<string>;
}

const CURSORS = new Set([
  ...['cursor', 'nextcursor', 'pagecursor', 'after', 'pageafter', 'pagetoken', 'nexttoken'],
  ...['nextpagetoken', 'continuationtoken', 'continuation', 'marker', 'token', 'scrollid'],
  ...['startkey', 'bookmark', 'cursormark', 'exclusivestartkey', 'paginationtoken', 'skiptoken'],
]);
/** Take the id of the last record of the page before. */
const LAST_IDS = new Set(['startingafter', 'startafter', 'sinceid', 'lastid', 'afterid']);
const PAGE_NUMBERS = new Set([
  'page',
  'pagenumber',
  'pageno',
  'p',
  'pg',
  'pageindex',
  'currentpage',
]);
const OFFSETS = new Set(['offset', 'skip', 'start', 'startat', 'pageoffset', 'from']);
const SIZES = new Set([
  ...['perpage', 'pagesize', 'limit', 'pagelimit', 'size', 'count', 'maxresults', 'maxrecords'],
  ...['maxitems', 'top', 'rows', 'take', 'itemsperpage', 'resultsperpage', 'per', 'max', 'n'],
]);
/** More in a page makes no read faster, and some pages too large. */
const MAX_SIZE = 1000;
/**
 * Where a document says nothing of how many records a page may have: few, for a remote that gives fewer
 * than it is asked for would seem to be at its end.
 */
const USUAL_SIZE = 20;

/** How a list goes on after its first page, as its parameters and the schema of its answer tell. */
export class PagingPlanner {
  private readonly parameters: Parameter[];
  private readonly signs: PageSigns;

  constructor(
    private readonly schemas: Schemas,
    private readonly operation: Operation,
    schema: unknown,
    private readonly records: RecordList,
    /** The name of the records' id; undefined where they are under keys. */
    private readonly id: string | undefined,
  ) {
    this.parameters = operation.parameters.filter((parameter) => parameter.in === 'query');
    this.signs = surveyPage(schemas, schema, records);
  }

  plan(): PagingPlan {
    return (
      this.byCursor() ??
      this.byNextUrl() ??
      this.byLastId() ??
      this.byLink() ??
      this.byPage() ??
      this.byOffset() ?? { options: [], ...this.sized() }
    );
  }

  private byCursor(): PagingPlan | undefined {
    const nextCursor = this.signs.nextCursor ?? this.sameNamed();
    if (!nextCursor) return undefined;
    const named = plainName(nextCursor.at(-1) ?? '');
    const counted = named === 'next' && this.signs.nextIsNumber;
    const parameter =
      this.named(CURSORS) ??
      this.parameters.find(({ name }) => plainName(name) === named) ??
      (named === 'nextpage' || counted ? this.named(PAGE_NUMBERS) : undefined) ??
      (named === 'nextoffset' ? this.named(OFFSETS) : undefined);
    if (!parameter) return undefined;
    const options: Paging = [
      ['strategy', 'cursor'],
      ['cursorPath', dottedPath(nextCursor)],
      ['cursorParam', parameter.name],
    ];
    return this.sizedPlan([...options, ...this.ends(['hasMore'])], [parameter]);
  }

  private sameNamed(): string[] | undefined {
    const { sameNamed } = this.signs;
    const name = plainName(sameNamed?.at(-1) ?? '');
    const isTaken = this.parameters.some((parameter) => {
      return (
        plainName(parameter.name) === name && isText(this.schemas.shapeOf(parameter.schema).types)
      );
    });
    return isTaken ? sameNamed : undefined;
  }

  private byNextUrl(): PagingPlan | undefined {
    const { nextUrl, nextCursor } = this.signs;
    // Without a parameter that takes it, what comes next can only be an address.
    const path = nextUrl ?? (isBareNext(nextCursor) ? nextCursor : undefined);
    if (!path) return undefined;
    return this.sizedPlan(
      [
        ['strategy', 'cursor'],
        ['nextUrlPath', dottedPath(path)],
      ],
      this.pagingParameters(),
    );
  }

  private byLastId(): PagingPlan | undefined {
    const parameter =
      this.named(LAST_IDS) ?? (this.signs.hasMore && this.named(new Set(['after'])));
    if (!parameter || this.id === undefined || this.records.keyed) return undefined;
    const list = this.records.path.map((name) => `[${JSON.stringify(name)}]`).join('');
    const options: Paging = [
      ['strategy', 'cursor'],
      ['cursorPath', `$${list}[-1][${JSON.stringify(this.id)}]`],
      ['cursorParam', parameter.name],
    ];
    return this.sizedPlan([...options, ...this.ends(['hasMore'])], [parameter]);
  }

  private byLink(): PagingPlan | undefined {
    if (!this.operation.answer?.headers.has('link')) return undefined;
    return this.sizedPlan([['strategy', 'link-header']], this.pagingParameters());
  }

  private byPage(): PagingPlan | undefined {
    const parameter = this.named(PAGE_NUMBERS);
    if (!parameter) return undefined;
    const size = this.named(SIZES);
    const most = size && this.largest(size);
    const options: Paging = [['strategy', 'page']];
    if (parameter.name !== 'page') options.push(['pageParam', parameter.name]);
    if (this.startsAtZero(parameter)) options.push(['startPage', 0]);
    if (size && most !== undefined) {
      options.push(['pageSizeParam', size.name], ['pageSize', most]);
    }
    options.push(...this.ends(['totalPages', 'total', 'hasMore']));
    const used = [parameter.name, ...(size && most !== undefined ? [size.name] : [])];
    return { options, query: [], used: new Set(used) };
  }

  private byOffset(): PagingPlan | undefined {
    const parameter = this.named(OFFSETS);
    const size = this.named(SIZES);
    if (!parameter || !size) return undefined;
    const limit = this.largest(size) ?? this.numberOf(size, 'default') ?? USUAL_SIZE;
    const options: Paging = [['strategy', 'offset']];
    if (parameter.name !== 'offset') options.push(['offsetParam', parameter.name]);
    if (size.name !== 'limit') options.push(['limitParam', size.name]);
    if (limit !== 100) options.push(['limit', limit]);
    options.push(...this.ends(['total', 'hasMore']));
    return { options, query: [], used: new Set([parameter.name, size.name]) };
  }

  private ends(signs: ('hasMore' | 'total' | 'totalPages')[]): Paging {
    const found = signs.flatMap((sign): Paging => {
      const path = this.signs[sign];
      return path ? [[`${sign}Path`, dottedPath(path)]] : [];
    });
    // One end is enough; what the remote says of pages comes before what it counts.
    return found.slice(0, 1);
  }

  private sizedPlan(options: Paging, parameters: Parameter[]): PagingPlan {
    const { query, used } = this.sized();
    for (const { name } of parameters) used.add(name);
    return { options, query, used };
  }

  /** As many records a page as there may be, where the document says how many that is. */
  private sized(): Pick<PagingPlan, 'query' | 'used'> {
    const size = this.named(SIZES);
    const most = size && this.largest(size);
    if (!size || most === undefined) return { query: [], used: new Set() };
    return { query: [[size.name, String(most)]], used: new Set([size.name]) };
  }

  private pagingParameters(): Parameter[] {
    return [PAGE_NUMBERS, OFFSETS, CURSORS].flatMap((names) => this.named(names) ?? []);
  }

  private named(names: ReadonlySet<string>): Parameter | undefined {
    return this.parameters.find(({ name, schema }) => {
      if (!names.has(plainName(name))) return false;
      const { types } = this.schemas.shapeOf(schema);
      if (types.has('array') || types.has('object') || types.has('boolean')) return false;
      return names === CURSORS || names === LAST_IDS || types.size === 0 || !isText(types);
    });
  }

  private largest(parameter: Parameter): number | undefined {
    const shape = this.schemas.shapeOf(parameter.schema);
    const described = shape.keywords['description'];
    const listed = allowedValues(shape).map(Number).filter(Number.isInteger);
    const told =
      this.numberOf(parameter, 'maximum') ??
      (listed.length > 0 ? Math.max(...listed) : undefined) ??
      mostIn(parameter.description) ??
      mostIn(typeof described === 'string' ? described : '');
    if (told === undefined || told < 1) return undefined;
    return listed.length > 0 ? told : Math.min(told, MAX_SIZE);
  }

  private numberOf(parameter: Parameter, keyword: string): number | undefined {
    const value = this.schemas.shapeOf(parameter.schema).keywords[keyword];
    return Number.isInteger(value) ? (value as number) : undefined;
  }

  private startsAtZero(parameter: Parameter): boolean {
    const told = this.numberOf(parameter, 'default') ?? this.numberOf(parameter, 'minimum');
    if (told !== undefined) return told === 0;
    return /\b(zero|0)[- ](based|indexed)|\b(starts?|starting|begins?) (at|from|with) (0|zero)\b/i.test(
      parameter.description.slice(0, 1000),
    );
  }
}

function isText(types: ReadonlySet<string>): boolean {
  return types.size === 1 && types.has('string');
}

function isBareNext(path: string[] | undefined): boolean {
  return path !== undefined && plainName(path.at(-1) ?? '') === 'next';
}
