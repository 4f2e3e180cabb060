import type { Answer, AnswerList, AskedRequest } from '../../completeness/answer.types.js';
import { askedRequest } from '../../completeness/asked-request.js';
import { envelopeOf } from '../../completeness/envelope.js';
import { findList } from '../../completeness/find-list.js';
import { fingerprintOf } from '../../completeness/fingerprint.js';
import { judgeRead } from '../../completeness/judge-read.js';
import { hasFilter } from '../../completeness/parameters.js';
import { TOTAL_HEADERS } from '../../completeness/sign-names.js';
import { surveyAnswer } from '../../completeness/survey-answer.js';
import { warning } from '../../completeness/warning.js';
import { jsonPointer, type Location } from '../../common/json-pointer.js';
import { MalformedJsonError } from '../../json/json.errors.js';
import { JsonDocument, type JsonNode, type JsonPart } from '../../json/json-document.js';
import { locationOf } from '../../json/json-shape.js';
import type { RecordList } from '../../mapping/records/list-records.js';
import type { ReadWarning } from '../../mapping/mapping.types.js';
import type { EgressRequest, EgressResponse } from '../../egress/egress.types.js';
import { nextLink } from './page-plans.js';

interface Exchange {
  request: AskedRequest;
  /** Of a response with a 2xx status, those that say something of the series. */
  headers?: [name: string, value: string][];
  /** Once the body was read. */
  answer?: Answer;
}

const TOLD_HEADERS = new Set(['link', 'content-range', ...TOTAL_HEADERS]);
const OPENS_JSON = /^\s*[[{]/;
const START_BYTES = 64;

/**
 * Watches what a read asks its remote and what comes back, and says from that, without the code's
 * help, whether the read can have been complete.
 */
export class ReadWatch {
  /** In the order of the requests. */
  readonly #exchanges = new Map<number, Exchange>();
  /** By the JSON that came. */
  readonly #byDocument = new WeakMap<JsonDocument, Exchange>();
  #repeated: ReadWarning | undefined;
  #total: number | undefined;

  /** How many records there are, as the newest response with records told; undefined: none did. */
  get total(): number | undefined {
    return this.#total;
  }

  asked(id: number, { method, url, body }: Omit<EgressRequest, 'headers' | 'redirect'>): void {
    this.#exchanges.set(id, { request: askedRequest(method, url, body) });
  }

  answered(id: number, { status, headers }: Pick<EgressResponse, 'status' | 'headers'>): void {
    const exchange = this.#exchanges.get(id);
    if (!exchange || status < 200 || status > 299) return;
    exchange.headers = headers.filter(([name]) => TOLD_HEADERS.has(name.toLowerCase()));
  }

  /** The body is JSON, and its content stays outside of the engine. */
  opened(id: number, document: JsonDocument): void {
    const exchange = this.#exchanges.get(id);
    const isScalar = !document.isObject(document.root) && !document.isArray(document.root);
    if (!exchange || isScalar) return;
    this.#byDocument.set(document, exchange);
    this.#survey(exchange, document, undefined);
  }

  /** The body came into the engine as text or bytes. */
  taken(id: number, body: Uint8Array): void {
    const exchange = this.#exchanges.get(id);
    if (
      !exchange?.headers ||
      !OPENS_JSON.test(Buffer.from(body.subarray(0, START_BYTES)).toString())
    )
      return;
    try {
      const document = new JsonDocument(body);
      this.#survey(exchange, document, undefined);
      this.#read(exchange, { document, node: document.root });
    } catch (error) {
      if (!(error instanceof MalformedJsonError)) throw error;
    }
  }

  /** A value inside of a body came into the engine. */
  read(part: JsonPart): void {
    const exchange = this.#byDocument.get(part.document);
    if (exchange?.answer && !exchange.answer.list) this.#read(exchange, part);
  }

  /** A value inside of a body left the code as a page; `list` is what the mapping found in it. */
  gave(page: JsonPart, list: RecordList | undefined): void {
    const exchange = this.#byDocument.get(page.document);
    if (exchange && list) this.#list(exchange, containerOf(page, list), list, true);
  }

  /** `paginate` stopped at a page whose records had come before. */
  repeated(page: JsonPart, list: RecordList): void {
    const answer = this.#byDocument.get(page.document)?.answer;
    const code = 'read.repeated_page';
    const detail = 'paginate stopped at a page whose records had come before';
    const pointer = jsonPointer(containerOf(page, list) ?? []);
    this.#repeated ??= answer ? warning(code, detail, answer, { pointer }) : { code, detail };
  }

  /** Why the read is not complete, as far as the remote's answers show it; `cut` as in `judgeRead`. */
  warnings(cut: boolean): ReadWarning[] {
    const exchanges = [...this.#exchanges.values()];
    const answers = exchanges.flatMap(({ answer }) => (answer ? [answer] : []));
    return [...(this.#repeated ? [this.#repeated] : []), ...judgeRead(answers, cut)];
  }

  #read(exchange: Exchange, { document, node }: JsonPart): void {
    const found = findList(envelopeOf(document, node));
    if (!found) return;
    const list = document.at(node, found.location) as JsonNode;
    const base = locationOf(document, node);
    const container = base && [...base, ...found.location];
    this.#list(exchange, container, { document, nodes: document.elements(list) }, false);
  }

  #list(
    exchange: Exchange,
    container: Location | undefined,
    { document, nodes }: Pick<RecordList, 'document' | 'nodes'>,
    given: boolean,
  ): void {
    this.#survey(exchange, document, container);
    const pointer = jsonPointer(container ?? []);
    const fingerprint = fingerprintOf(document, nodes);
    const list: AnswerList = { count: nodes.length, fingerprint, pointer, given };
    if (!exchange.answer) return;
    exchange.answer.list = list;
    this.#total = totalOf(exchange.answer) ?? this.#total;
  }

  #survey(exchange: Exchange, document: JsonDocument, container: Location | undefined): void {
    const { request, headers } = exchange;
    if (!headers) return;
    const envelope = envelopeOf(document, document.root);
    const signs = surveyAnswer(envelope, headers, container, nextLink);
    exchange.answer = { request, signs };
    // Until a list is known, the best guess.
    this.#total ??= totalOf(exchange.answer);
  }
}

/** As in the judgement on a read, a total beside a filter may count what was not asked for. */
function totalOf({ request, signs }: Answer): number | undefined {
  return hasFilter([request]) ? undefined : signs.total?.value;
}

/** Where the array or object that holds the records is in the whole body; undefined: in several. */
function containerOf({ document, node }: JsonPart, list: RecordList): Location | undefined {
  const base = locationOf(document, node);
  const first = list.locate(0);
  return base && first.length > 0 ? [...base, ...first.slice(0, -1)] : undefined;
}
