import { checkText } from '../../common/check-text.js';
import { jsonPointer } from '../../common/json-pointer.js';
import type { Fault } from '../../common/problem.js';
import { type ImportTask, MAX_DOCUMENT_BYTES } from './import.types.js';
import { asMembers, type Members } from './read/members.js';

/** What a caller asks to be imported: a document, or where it is. */
export type ImportRequest = Omit<ImportTask, 'document'> & { document?: unknown };

/** A body that is no JSON is `malformed`, told by where the fault is. */
export type ReadRequest = { request: ImportRequest } | { faults: Fault[] } | { malformed: string };

const MAX_TEXT = 2_000;
const MAX_OPERATIONS = 10_000;
const PROPERTIES = ['document', 'url', 'server', 'operations'];

/** Reads the body of an import, in whatever bytes; names all its faults. */
export function readRequest(body: Uint8Array): ReadRequest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8').decode(body));
  } catch (error) {
    // The rest of its message quotes the body.
    const at = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
    const place = at === undefined ? '' : `: the fault is at character ${at}`;
    return { malformed: `The body is not JSON${place}.` };
  }
  const given = asMembers(value);
  if (!given) return { faults: [{ pointer: '', detail: 'must be a JSON object' }] };
  // What is too deep is looked at no further.
  const unreadable = checkText(given);
  const faults = unreadable.length > 0 ? unreadable : faultsOf(given);
  if (faults.length > 0) return { faults };
  const told = Object.entries(given).filter(([, each]) => each !== null);
  return { request: Object.fromEntries(told) };
}

function faultsOf(given: Members): Fault[] {
  const faults: Fault[] = [];
  const { document, url, server, operations } = given;
  for (const name of Object.keys(given)) {
    if (!PROPERTIES.includes(name)) {
      faults.push({ pointer: jsonPointer([name]), detail: 'is not a property of this body' });
    }
  }
  const hasDocument = isGiven(document);
  if (hasDocument === isGiven(url)) {
    const detail = hasDocument ? 'goes without a url' : 'is required, or a url';
    faults.push({ pointer: '/document', detail });
  }
  if (hasDocument) faults.push(...faultsOfDocument(document));
  if (isGiven(url))
    faults.push(...faultsOfText(url, '/url', isWebUrl, 'must be an http or https URL'));
  if (isGiven(server)) faults.push(...faultsOfText(server, '/server', () => true, ''));
  if (isGiven(operations)) faults.push(...faultsOfOperations(operations));
  return faults;
}

function faultsOfDocument(document: unknown): Fault[] {
  const pointer = '/document';
  if (typeof document !== 'string' && !asMembers(document)) {
    return [{ pointer, detail: 'must be an object, or text of JSON or YAML' }];
  }
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const isTooLarge = Buffer.byteLength(text) > MAX_DOCUMENT_BYTES;
  return isTooLarge ? [{ pointer, detail: 'is larger than 10 MB' }] : [];
}

function faultsOfText(
  value: unknown,
  pointer: string,
  fits: (text: string) => boolean,
  detail: string,
): Fault[] {
  if (typeof value !== 'string') return [{ pointer, detail: 'must be text' }];
  if (value === '' || value.length > MAX_TEXT) {
    return [{ pointer, detail: `must have 1 to ${MAX_TEXT} characters` }];
  }
  return fits(value) ? [] : [{ pointer, detail }];
}

function faultsOfOperations(operations: unknown): Fault[] {
  const pointer = '/operations';
  if (!Array.isArray(operations)) return [{ pointer, detail: 'must be a list' }];
  if (operations.length > MAX_OPERATIONS) {
    return [{ pointer, detail: `must hold at most ${MAX_OPERATIONS} names` }];
  }
  return operations.flatMap((name: unknown, at) =>
    typeof name === 'string' ? [] : [{ pointer: `${pointer}/${at}`, detail: 'must be text' }],
  );
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isWebUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
