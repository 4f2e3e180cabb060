import { MalformedJsonError } from '../../json/json.errors.js';
import { JsonDocument, type JsonNode, type JsonPart } from '../../json/json-document.js';
import { Utf8Text } from './engine-values.js';
import type { ReadWatch } from './read-watch.js';

/** An object of more members is likely to be a table of its own, which is read whole. */
const MOST_MEMBERS = 32;

/** An object or array of a document, as the engine names it: by a number. */
interface Place extends JsonPart {
  opened: Opened;
}

interface Opened {
  document: JsonDocument;
  places: number[];
}

/**
 * What the engine is told of a JSON value: `a` or `o` and the number of its place where it is an
 * array or an object, `v` and its text where it is a scalar, `e` and a message where it is no JSON.
 */
export type Told = string;

/**
 * The JSON documents of a run that its code holds by reference: they stay out here, and are copied
 * into the engine only where the code looks inside. A document lives until the engine drops it.
 */
export class Documents {
  readonly #places = new Map<number, Place>();
  readonly #watch: ReadWatch | undefined;
  #last = 0;

  /** `watch` is told what is opened and looked at. */
  constructor(watch?: ReadWatch) {
    this.#watch = watch;
  }

  /** Takes the body of a response; its root's number names the document from here on. */
  open(bodyId: number, bytes: Uint8Array): Told {
    try {
      const document = new JsonDocument(bytes);
      this.#watch?.opened(bodyId, document);
      return this.#tell(document.root, { document, places: [] });
    } catch (error) {
      if (error instanceof MalformedJsonError) return `e${error.message}`;
      throw error;
    }
  }

  /** A member of an object by its name, or of an array by its index or `length`. */
  member(number: number, key: string): Told | undefined {
    const { document, node, opened } = this.#place(number);
    if (!document.isArray(node)) {
      const member = document.member(node, key);
      return member === undefined ? undefined : this.#tell(member, opened);
    }
    const elements = document.elements(node);
    if (key === 'length') return `v${elements.length}`;
    const element = elements[indexOf(key)];
    if (element === undefined) return undefined;
    this.#watch?.read({ document, node });
    return this.#tell(element, opened);
  }

  /** What the engine is told of each member of an object, as JSON; undefined where they are many. */
  members(number: number): string | undefined {
    const { document, node, opened } = this.#place(number);
    const members = document.members(node, MOST_MEMBERS + 1);
    if (members.size > MOST_MEMBERS) return undefined;
    const told = Array.from(members, ([name, member]) => [name, this.#tell(member, opened)]);
    return JSON.stringify(Object.fromEntries(told));
  }

  /** The text of an object or array, whole. */
  text(number: number): Utf8Text {
    const { document, node } = this.#place(number);
    this.#watch?.read({ document, node });
    return new Utf8Text(document.utf8(node));
  }

  /** The object or array itself. */
  part(number: number): JsonPart {
    return this.#place(number);
  }

  /** Forgets a document, by the number of its root. */
  drop(root: number): void {
    for (const number of this.#place(root).opened.places) this.#places.delete(number);
  }

  #place(number: number): Place {
    const place = this.#places.get(number);
    if (!place) throw new Error('The engine asks for a document that is not open.');
    return place;
  }

  #tell(node: JsonNode, opened: Opened): Told {
    const { document } = opened;
    const isArray = document.isArray(node);
    if (!isArray && !document.isObject(node)) return `v${document.text(node)}`;
    const number = ++this.#last;
    this.#places.set(number, { document, node, opened });
    opened.places.push(number);
    return `${isArray ? 'a' : 'o'}${number}`;
  }
}

/** The index that a name of a property is in an array; NaN where it is none. */
function indexOf(key: string): number {
  return /^(?:0|[1-9]\d*)$/.test(key) ? Number(key) : NaN;
}
