/**
 * The names under which APIs say that there is more. A name is compared without its case and without
 * all but letters and digits: `next_cursor`, `nextCursor` and `@odata.nextLink` are three of them.
 */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Objects beside the records that tell of the page. */
export const META = new Set([
  ...[
    'meta',
    'metadata',
    'pagination',
    'paging',
    'paginginfo',
    'pageinfo',
    'page',
    'pager',
    'info',
  ],
  ...['links', 'cursors', 'responsemetadata', 'searchmetadata', 'resultinfo', 'listinfo'],
]);

/** What leads to the next page: a cursor, a number, an address. Tokens of a sync are none of them. */
export const NEXT = new Set([
  ...[
    'next',
    'nextcursor',
    'nextpage',
    'nextpagetoken',
    'nexttoken',
    'nextpagecursor',
    'nextpageid',
  ],
  ...['nexturl', 'nexturi', 'nextlink', 'nexthref', 'nextpageurl', 'nextpageuri', 'nextpagelink'],
  ...['odatanextlink', 'nextmarker', 'nextoffset', 'nextstart', 'nextbookmark', 'nextkey'],
  ...['nextresults', 'nextrecordsurl', 'nextcursormark', 'continuationtoken', 'continuation'],
  'lastevaluatedkey',
]);

/** Flags that are true where there is more. */
export const MORE = new Set([
  ...[
    'more',
    'hasmore',
    'hasnext',
    'hasnextpage',
    'hasmorepages',
    'hasmoreitems',
    'hasmoreresults',
  ],
  ...['hasmorerecords', 'hasmoredata', 'moreresults', 'moreitemsincollection', 'morerecords'],
  ...['moreavailable', 'morepages', 'morepagesavailable', 'istruncated', 'truncated'],
]);

/** Flags that are false where there is more. */
export const LAST = new Set(['last', 'islast', 'lastpage', 'islastpage']);

/** How many records there are in all. */
export const TOTAL = new Set([
  ...[
    'total',
    'totalcount',
    'totalresults',
    'totalrecords',
    'totalitems',
    'totalrows',
    'totalsize',
  ],
  ...['totalelements', 'totalentries', 'totalhits', 'totaldocs', 'totalobjects', 'totalnumber'],
  ...['numfound', 'nbhits', 'odatacount', 'recordsfiltered'],
]);

/** A total only beside a link to the next page: elsewhere it often counts the page. */
export const COUNT_BESIDE_NEXT = new Set(['count', 'items']);

export const PAGE_NUMBER = new Set(['page', 'currentpage', 'pagenumber', 'pageno']);
export const PAGES = new Set([
  ...['totalpages', 'pagecount', 'pagestotal', 'numpages', 'maxpage', 'pages', 'lastpage'],
]);

/** Response headers with a total. */
export const TOTAL_HEADERS = [
  ...['x-total-count', 'x-total', 'total-count', 'x-total-results', 'x-wp-total'],
  ...['x-pagination-total-count', 'pagination-total-count', 'x-count-total'],
];

/** Parameters that choose a page by its number or by the number of what comes before it. */
const NUMBERED = [
  ...['page', 'p', 'pg', 'pagenumber', 'pageno', 'pageindex', 'offset', 'skip', 'start', 'startat'],
  ...['startindex', 'from', 'first', 'begin', 'pageoffset', 'end', 'to'],
];
export const NUMBERED_PARAMETERS = new Set(NUMBERED);

/** Parameters that say which page is asked for, or how it is given, but not which records count. */
export const NEUTRAL_PARAMETERS = new Set([
  ...NUMBERED,
  ...[
    'perpage',
    'pagesize',
    'limit',
    'count',
    'size',
    'max',
    'maxresults',
    'maxrecords',
    'maxitems',
  ],
  ...[
    'top',
    'rows',
    'take',
    'pagelimit',
    'itemsperpage',
    'resultsperpage',
    'n',
    'per',
    'totalcount',
  ],
  ...['cursor', 'after', 'startingafter', 'pagecursor', 'pageafter', 'pagetoken', 'nexttoken'],
  ...[
    'nextpagetoken',
    'nextcursor',
    'token',
    'continuationtoken',
    'continuation',
    'marker',
    'scroll',
  ],
  ...['skiptoken', 'cursormark', 'bookmark', 'startkey', 'scrollid', 'lastid', 'sinceid', 'pageid'],
  ...['sort', 'sortby', 'sortorder', 'sortdir', 'order', 'orderby', 'orderdir', 'direction', 'dir'],
  ...['fields', 'field', 'select', 'columns', 'include', 'includes', 'expand', 'embed', 'format'],
  ...['properties', 'output', 'alt', 'pretty', 'lang', 'language', 'locale', 'callback', 'meta'],
  ...['apikey', 'key', 'accesstoken', 'authtoken', 'auth', 'appid', 'clientid', 'apiversion'],
  ...[
    'version',
    'v',
    'timestamp',
    'nonce',
    'signature',
    'inlinecount',
    'withtotal',
    'includetotal',
  ],
]);
