import { isAscii, isUtf8 } from 'node:buffer';
import type { Location } from '../common/json-pointer.js';
import { ByteWriter, type Source } from './byte-writer.js';
import { JsonTooDeepError } from './json.errors.js';
import { hasTwins, levelsOf } from './json-shape.js';
import { parseJson } from './parse-json.js';
import { writeJson } from './write-json.js';
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  OPEN_ARRAY,
  OPEN_OBJECT,
  scanJson,
  type Tape,
} from './scan-json.js';
import { QUOTE } from './scan-string.js';

/** A value of a document: the index of its entry on the tape. */
export type JsonNode = number;

/** A part of a document. */
export interface JsonPart {
  document: JsonDocument;
  node: JsonNode;
}

const [MINUS, SMALL_T, SMALL_F, SMALL_N, MOST_SPACE] = [0x2d, 0x74, 0x66, 0x6e, 0x20] as const;
const BRACKETS = new Set<number>([OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY]);
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
/** A number of so few characters, without an exponent, is what a double makes of it. */
const MOST_SURE = 15;
/** Some less than what `JSON.stringify` takes on the stack of a sandbox process, 28 MB. */
const MOST_LEVELS = 100_000;
const decoder = new TextDecoder();

/**
 * A JSON text whose parts are known but not made into values: what is not looked at is never parsed,
 * and a part can be written again as it came, with all digits of its numbers. As for `JSON.parse`, of
 * members with the same name the last one counts.
 */
export class JsonDocument implements Source {
  readonly root: JsonNode = 0;
  readonly bytes: Uint8Array;
  /** Of the same bytes. */
  readonly view: DataView;
  readonly tape: Tape;
  /** Levels of objects and arrays inside each other. */
  readonly depth: number;
  readonly #spaced: boolean;
  readonly #isForeign: boolean;
  readonly #buffer: Buffer;
  readonly #isAscii: boolean;
  readonly #elements = new Map<JsonNode, readonly JsonNode[]>();

  /**
   * Takes a text of UTF-8, with or without a byte order mark; throws a MalformedJsonError. `isForeign`:
   * whether others wrote it. What `JSON.stringify` wrote of doubles has no name twice in an object, and
   * the digits of its large numbers are not what they say.
   */
  constructor(text: Uint8Array, isForeign = true) {
    const bytes = isUtf8(text) ? text : Buffer.from(decoder.decode(text));
    const marked = BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte);
    const scan = scanJson(bytes, marked ? BYTE_ORDER_MARK.length : 0);
    if (!scan) {
      parseJson(text);
      throw new Error('Two readers of JSON disagree on whether a text is JSON.');
    }
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.tape = scan.tape;
    this.depth = scan.depth;
    this.#spaced = scan.spaced;
    this.#isForeign = isForeign;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#isAscii = isAscii(bytes);
  }

  isObject(node: JsonNode): boolean {
    return this.firstByte(node) === OPEN_OBJECT;
  }

  isArray(node: JsonNode): boolean {
    return this.firstByte(node) === OPEN_ARRAY;
  }

  isString(node: JsonNode): boolean {
    return this.firstByte(node) === QUOTE;
  }

  isNumber(node: JsonNode): boolean {
    const byte = this.firstByte(node);
    return byte === MINUS || (byte >= 0x30 && byte <= 0x39);
  }

  /** True also for false. */
  isBoolean(node: JsonNode): boolean {
    const byte = this.firstByte(node);
    return byte === SMALL_T || byte === SMALL_F;
  }

  isNull(node: JsonNode): boolean {
    return this.firstByte(node) === SMALL_N;
  }

  firstByte(node: JsonNode): number {
    return this.bytes[this.start(node)] as number;
  }

  /** Where a value starts in the bytes. */
  start(node: JsonNode): number {
    return this.tape[node] as number;
  }

  /** Where it ends. */
  end(node: JsonNode): number {
    const told = this.tape[node + 1] as number;
    const byte = this.firstByte(node);
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) return (this.tape[told - 2] as number) + 1;
    return told < 0 ? -told : told;
  }

  /** Whether a string or a name has escapes. */
  isEscaped(node: JsonNode): boolean {
    return (this.tape[node + 1] as number) < 0;
  }

  /** The entry behind a value. */
  next(node: JsonNode): JsonNode {
    const byte = this.firstByte(node);
    return byte === OPEN_OBJECT || byte === OPEN_ARRAY ? (this.tape[node + 1] as number) : node + 2;
  }

  /** The entry of the bracket that ends an object or array. */
  endOf(node: JsonNode): JsonNode {
    return (this.tape[node + 1] as number) - 2;
  }

  /** The elements of an array. */
  elements(array: JsonNode): readonly JsonNode[] {
    const known = this.#elements.get(array);
    if (known) return known;
    const elements: JsonNode[] = [];
    const end = this.endOf(array);
    for (let node = array + 2; node < end; node = this.next(node)) elements.push(node);
    this.#elements.set(array, elements);
    return elements;
  }

  /** The values of an object's members by their names, of the first `most` names alone. */
  members(object: JsonNode, most = Infinity): Map<string, JsonNode> {
    const members = new Map<string, JsonNode>();
    const end = this.endOf(object);
    for (let name = object + 2; name < end && members.size < most; name = this.next(name + 2)) {
      members.set(this.string(name), name + 2);
    }
    return members;
  }

  /** A member of an object; undefined where there is none. */
  member(object: JsonNode, wanted: string): JsonNode | undefined {
    let found: JsonNode | undefined;
    // A name without escapes can't hold a lone surrogate, which UTF-8 does not know.
    const bytes = wanted.isWellFormed() ? Buffer.from(wanted) : undefined;
    const end = this.endOf(object);
    for (let name = object + 2; name < end; name = this.next(name + 2)) {
      const isWanted = this.isEscaped(name)
        ? this.string(name) === wanted
        : bytes !== undefined && this.#isNamed(name, bytes);
      if (isWanted) found = name + 2;
    }
    return found;
  }

  /** What is at a location that was found in the value of a node; undefined where there is nothing. */
  at(node: JsonNode, location: Location): JsonNode | undefined {
    let found: JsonNode | undefined = node;
    for (const part of location) {
      if (found === undefined) return undefined;
      if (this.isArray(found)) found = this.elements(found)[Number(part)];
      else found = this.isObject(found) ? this.member(found, String(part)) : undefined;
    }
    return found;
  }

  /** The characters of a string or a name. */
  string(node: JsonNode): string {
    if (this.isEscaped(node)) return JSON.parse(this.#raw(node)) as string;
    return this.#decode(this.start(node) + 1, this.end(node) - 1);
  }

  /**
   * The JSON text of a value, without white space between its parts. Throws a JsonTooDeepError where
   * it nests so deeply that others, who read by recursion, could not read it.
   */
  text(node: JsonNode): string {
    const { buffer, byteOffset, length } = this.utf8(node);
    const bytes = Buffer.from(buffer, byteOffset, length);
    return bytes.toString(this.#isAscii ? 'latin1' : 'utf8');
  }

  /** The bytes of `text`, which may be those of the document itself. */
  utf8(node: JsonNode): Uint8Array {
    this.#checkLevels(node);
    if (!this.#spaced) return this.bytes.subarray(this.start(node), this.end(node));
    const text = new ByteWriter(this.end(node) - this.start(node));
    this.#writeSpaced(node, text);
    return text.bytes.subarray(0, text.length);
  }

  /** The value itself; numbers that a double would change are ExactNumbers in what others wrote. */
  value(node: JsonNode): unknown {
    const byte = this.firstByte(node);
    if (byte === QUOTE) return this.string(node);
    const text = this.#raw(node);
    if (text.length <= MOST_SURE && this.isNumber(node) && !/[eE]/.test(text)) return Number(text);
    return this.#isForeign ? parseJson(text) : JSON.parse(text);
  }

  /**
   * Writes a value as it came, on one line, without white space between its parts. Only where a name
   * comes twice in an object, it is written with the last of these members alone.
   */
  write(node: JsonNode, to: ByteWriter): void {
    const isScalar = this.next(node) === node + 2;
    if (!isScalar && this.#isForeign && hasTwins(this, node)) to.text(writeJson(this.value(node)));
    else if (this.#spaced) this.#writeSpaced(node, to);
    else to.copy(this, this.start(node), this.end(node));
  }

  #writeSpaced(node: JsonNode, to: ByteWriter): void {
    const { bytes, tape } = this;
    let at = this.start(node);
    const last = this.next(node);
    for (let entry = node; entry < last; entry += 2) {
      const start = tape[entry] as number;
      for (; at < start; at++) if ((bytes[at] as number) > MOST_SPACE) to.byte(bytes[at] as number);
      at = BRACKETS.has(bytes[start] as number) ? start + 1 : Math.abs(tape[entry + 1] as number);
      to.copy(this, start, at);
    }
  }

  #isNamed(name: JsonNode, wanted: Uint8Array): boolean {
    const start = this.start(name) + 1;
    if (this.end(name) - 1 - start !== wanted.length) return false;
    for (let at = 0; at < wanted.length; at++) {
      if (this.bytes[start + at] !== wanted[at]) return false;
    }
    return true;
  }

  #checkLevels(node: JsonNode): void {
    if (this.depth > MOST_LEVELS && levelsOf(this, node) > MOST_LEVELS) {
      throw new JsonTooDeepError();
    }
  }

  #raw(node: JsonNode): string {
    return this.#decode(this.start(node), this.end(node));
  }

  #decode(start: number, end: number): string {
    return this.#buffer.toString(this.#isAscii ? 'latin1' : 'utf8', start, end);
  }
}
