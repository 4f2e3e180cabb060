import { JsonDocument, type JsonPart } from '../../json/json-document.js';
import { writeJson } from '../../json/write-json.js';
import type { ChildOutcome, RunMessage } from '../child-messages.js';
import { limitOutcome } from '../limit-outcome.js';
import type { ResultShape } from '../sandbox.types.js';
import type { Documents } from './documents.js';
import type { HostFunctions } from './engine.js';
import { EngineMemoryError, type HostValue } from './engine-values.js';
import { pageFault } from './page-fault.js';
import { PageSink } from './page-sink.js';
import { PageTexts } from './page-texts.js';
import type { ReadWatch } from './read-watch.js';
import type { Send } from './send.types.js';
import { shapeResult } from './shape-result.js';

/** Answers to the engine that gives a page: go on, wait for `resume`, stop. */
const GO_ON = 0;
const WAIT = 1;
const STOP = 2;

type OutputFunctions = Pick<HostFunctions, 'page' | 'pageOutside' | 'result' | 'resultOutside'>;

/** What leaves the code of one run: its pages, which are mapped and sent on, or its result. */
export class Output {
  /** Only of a read. */
  readonly sink: PageSink | undefined;
  /** Of a call, once it is there. */
  value: Uint8Array | undefined;
  readonly #maxBytes: number;
  readonly #texts: PageTexts | undefined;
  readonly #documents: Documents;
  readonly #watch: ReadWatch | undefined;
  readonly #shape: ResultShape | undefined;
  readonly #finish: (outcome: ChildOutcome) => void;
  readonly #isOver: () => boolean;
  #waits = false;

  /** `finish` ends the run unless it is over. */
  constructor(
    message: RunMessage,
    documents: Documents,
    watch: ReadWatch | undefined,
    send: Send,
    run: { finish: (outcome: ChildOutcome) => void; isOver: () => boolean },
  ) {
    const { limits, kind, mapping, maxRecords } = message;
    this.#maxBytes = limits.resultBytes;
    this.#documents = documents;
    this.#watch = watch;
    this.#shape = message.result;
    this.#finish = run.finish;
    this.#isOver = run.isOver;
    if (kind !== 'read') return;
    const caps = { maxRecords, maxRecordBytes: limits.resultBytes };
    const sink = new PageSink(mapping, caps, (batch, count) => {
      const total = watch?.total;
      const told = total === undefined ? {} : { total };
      send({ type: 'records', count, pages: sink.pages, ...told }, batch);
    });
    this.sink = sink;
    if (message.pageBytes !== undefined) this.#texts = new PageTexts(message.pageBytes, send);
  }

  /** Whether it does not matter what the code gives, nor that JSON has no text for it. */
  get ignoresResult(): boolean {
    const shape = this.#shape;
    return (shape?.kind === 'text' ? shape.as : shape)?.kind === 'ignored';
  }

  /** Whether the code waits until there is room for its next page. */
  get waits(): boolean {
    return this.#waits;
  }

  /** True where the code waited for room, and there is some now. */
  hasRoomAgain(): boolean {
    if (!this.#waits || this.sink?.full === true) return false;
    this.#waits = false;
    return true;
  }

  host(): OutputFunctions {
    return {
      page: (json, inSeries) => {
        const text = this.#measured(json);
        // The code had these numbers in its hands as doubles: the digits that JSON shows of an unsafe
        // integer are not the remote's, so that no exact number may be made of them.
        if (text === undefined) return STOP;
        this.#texts?.give(() => text, inSeries === true);
        const document = new JsonDocument(Buffer.from(text), false);
        return this.#page({ document, node: document.root }, false);
      },
      pageOutside: (number, inSeries) => {
        const part = this.#documents.part(Number(number));
        const { document, node } = part;
        const isLarge = document.end(node) - document.start(node) > this.#maxBytes;
        if (isLarge && this.#measured(document.text(node)) === undefined) return STOP;
        this.#texts?.give(() => document.text(node), inSeries === true);
        return this.#page(part, true);
      },
      result: (json) => {
        const shape = this.#shape;
        if (shape?.kind === 'ignored') this.#finish({ kind: 'ok', stop: 'end' });
        else {
          const text = this.#measured(json);
          if (text !== undefined) {
            this.#result(() => (shape ? shapeResult(shape, JSON.parse(text)) : text));
          }
        }
        return undefined;
      },
      resultOutside: (number) => {
        const shape = this.#shape;
        const place = Number(number);
        const { document, node } = this.#documents.part(place);
        this.#result(() =>
          shape ? shapeResult(shape, document.value(node)) : writeJson(document.value(node)),
        );
        return undefined;
      },
    };
  }

  #measured(json: HostValue): string | undefined {
    if (typeof json !== 'string' || json === '') throw new EngineMemoryError();
    if (Buffer.byteLength(json) <= this.#maxBytes) return json;
    this.#finish(limitOutcome('run.result'));
    return undefined;
  }

  #result(write: () => string): void {
    if (this.#isOver()) return;
    this.#judged(() => {
      const text = this.#measured(write());
      if (text === undefined) return;
      this.value = Buffer.from(text);
      this.#finish({ kind: 'ok', stop: 'end' });
    });
  }

  /** `isRemote`: whether it is a part of a response, as that came. */
  #page(page: JsonPart, isRemote: boolean): number {
    const { sink } = this;
    if (this.#isOver() || !sink) return STOP;
    this.#judged(() => {
      const { more, list } = sink.page(page);
      if (isRemote) this.#watch?.gave(page, list);
      if (more) this.#finish({ kind: 'ok', stop: 'cut' });
    });
    if (this.#isOver()) return STOP;
    this.#waits = sink.full;
    return this.#waits ? WAIT : GO_ON;
  }

  /** Does what may show that the code gave something else than it should, which ends the run. */
  #judged(work: () => void): void {
    try {
      work();
    } catch (error) {
      const outcome = pageFault(error);
      if (!outcome) throw error;
      this.#finish(outcome);
    }
  }
}
