import { MalformedJsonError } from '../../mapping/mapping.errors.js';
import { parseJson } from '../../mapping/parse-json.js';
import { writeJson } from '../../mapping/write-json.js';
import { ExactNumber } from '../../mapping/exact-number.js';
import { decodeJson } from './decode-json.js';
import type { ReadWatch } from './read-watch.js';

/** An object of more members is likely to be a table of its own, which is read whole. */
const MOST_MEMBERS = 32;

/** An object or array of a document, as the engine names it: by a number. */
interface Place {
  value: object;
  document: Document;
}

interface Document {
  root: unknown;
  /** Of the text that it was parsed from. */
  bytes: number;
  places: number[];
}

/**
 * What the engine is told of a JSON value: `a` or `o` and the number of its place where it is an
 * array or an object, `v` and its text where it is a scalar, `e` and a message where it is no JSON.
 */
export type Told = string;

/**
 * The JSON documents of a run that its code holds by reference: parsed out here, numbers exact, and
 * copied into the engine only where the code looks inside. A document lives until the engine drops
 * it.
 */
export class Documents {
  readonly #places = new Map<number, Place>();
  readonly #watch: ReadWatch | undefined;
  #last = 0;

  /** `watch` is told what is opened and looked at. */
  constructor(watch?: ReadWatch) {
    this.#watch = watch;
  }

  /** Parses the body of a response; its root's number names the document from here on. */
  open(bodyId: number, bytes: Uint8Array): Told {
    try {
      const root = parseBody(bytes);
      this.#watch?.opened(bodyId, root);
      return this.#tell(root, { root, bytes: bytes.length, places: [] });
    } catch (error) {
      if (error instanceof MalformedJsonError) return `e${error.message}`;
      throw error;
    }
  }

  /** A member of an object by its name, or of an array by its index or `length`. */
  member(number: number, key: string): Told | undefined {
    const { value, document } = this.#place(number);
    if (!Object.hasOwn(value, key)) return undefined;
    if (Array.isArray(value) && key !== 'length') this.#watch?.read(document.root as object, value);
    return this.#tell((value as Record<string, unknown>)[key], document);
  }

  /** What the engine is told of each member of an object, as JSON; undefined where they are many. */
  members(number: number): string | undefined {
    const { value, document } = this.#place(number);
    const entries = Object.entries(value);
    if (entries.length > MOST_MEMBERS) return undefined;
    const told = entries.map(([key, member]) => [key, this.#tell(member, document)]);
    return JSON.stringify(Object.fromEntries(told));
  }

  /** The text of an object or array, whole. */
  text(number: number): string {
    const { value, document } = this.#place(number);
    this.#watch?.read(document.root as object, value);
    return writeJson(value);
  }

  /** The object or array itself, and the root and the size of the document that it is of. */
  value(number: number): { value: object; root: object; documentBytes: number } {
    const { value, document } = this.#place(number);
    return { value, root: document.root as object, documentBytes: document.bytes };
  }

  /** Forgets a document, by the number of its root. */
  drop(root: number): void {
    const { document } = this.#place(root);
    for (const number of document.places) this.#places.delete(number);
  }

  #place(number: number): Place {
    const place = this.#places.get(number);
    if (!place) throw new Error('The engine asks for a document that is not open.');
    return place;
  }

  #tell(value: unknown, document: Document): Told {
    const scalar = typeof value !== 'object' || value === null || value instanceof ExactNumber;
    if (scalar) return `v${writeJson(value)}`;
    const number = ++this.#last;
    this.#places.set(number, { value, document });
    document.places.push(number);
    return `${Array.isArray(value) ? 'a' : 'o'}${number}`;
  }
}

function parseBody(bytes: Uint8Array): unknown {
  try {
    return parseJson(decodeJson(bytes));
  } catch (error) {
    // Where the text was made longer, the place of its fault is told by the body itself.
    throw error instanceof MalformedJsonError ? faultOf(bytes, error) : error;
  }
}

function faultOf(bytes: Uint8Array, fault: MalformedJsonError): unknown {
  try {
    parseJson(bytes);
    return fault;
  } catch (error) {
    return error;
  }
}
