export interface Span {
  start: number;
  end: number;
}

/**
 * Finds a text whose characters may each be written in several ways. Not by a regular expression:
 * what is searched is a stranger's, and backtracking over so many choices could take for ever.
 */
export class SpelledText {
  /** The most characters that the text can take. */
  readonly reach: number;
  /** Whether so little of it is sure that a search stops at many places. */
  readonly isSlow: boolean;
  readonly #before: Spellings[];
  readonly #after: Spellings[];
  /** One of them begins whatever is found, or what of it comes after `#before`. */
  readonly #anchors: string[];
  readonly #anchor: RegExp;

  /** Takes the spellings of each character; there is at least one character. */
  constructor(units: string[][]) {
    this.reach = units.reduce((sum, unit) => sum + longestOf(unit), 0);
    const joined = joinPlain(units);
    const start = Math.max(0, joined.indexOf(longestPlain(joined)));
    const tables = new Map<string[], Spellings>();
    const tableOf = (unit: string[], at: 0 | -1): Spellings => {
      const table = tables.get(unit) ?? bySign(unit, at);
      tables.set(unit, table);
      return table;
    };
    this.#before = joined
      .slice(0, start)
      .reverse()
      .map((unit) => tableOf(unit, -1));
    tables.clear();
    this.#after = joined.slice(start).map((unit) => tableOf(unit, 0));
    // Its begin is enough to look for, and no pattern of a key's whole length could be compiled.
    this.#anchors = (joined[start] ?? []).map((anchor) => anchor.slice(0, longestAnchor));
    this.#anchor = new RegExp(this.#anchors.map(escapeRegExp).join('|'), 'g');
    this.isSlow = this.#anchors.some((anchor) => anchor.length < quickAnchor);
  }

  /** False where the text is surely not there; much faster than a search. */
  mayStandIn(bytes: Buffer): boolean {
    return this.#anchors.some((anchor) => bytes.includes(anchor, 0, 'latin1'));
  }

  /** The first place of the text that begins at `from` or later, in the longest reading of it. */
  find(text: string, from: number): Span | undefined {
    this.#anchor.lastIndex = from;
    for (let hit = this.#anchor.exec(text); hit; hit = this.#anchor.exec(text)) {
      const ends = forward(text, hit.index, this.#after);
      const starts = ends.length > 0 ? backward(text, hit.index, from, this.#before) : [];
      if (starts.length > 0) return { start: Math.min(...starts), end: Math.max(...ends) };
      this.#anchor.lastIndex = hit.index + 1;
    }
    return undefined;
  }
}

/** The spellings of one character, by the code of their first or last character. */
type Spellings = ReadonlyMap<number, string[]>;

const quickAnchor = 4;
const longestAnchor = 64;

function bySign(unit: string[], at: 0 | -1): Spellings {
  const signs = new Map<number, string[]>();
  for (const spelling of unit) {
    const sign = spelling.at(at)?.charCodeAt(0) ?? 0;
    signs.set(sign, [...(signs.get(sign) ?? []), spelling]);
  }
  return signs;
}

/** All places that can be reached from one by a spelling of each unit. */
function forward(text: string, from: number, units: Spellings[]): number[] {
  let places = [from];
  for (const unit of units) {
    const next: number[] = [];
    for (const place of places) {
      for (const spelling of unit.get(text.charCodeAt(place)) ?? []) {
        const end = place + spelling.length;
        if (text.startsWith(spelling, place) && !next.includes(end)) next.push(end);
      }
    }
    places = next;
    if (places.length === 0) break;
  }
  return places;
}

/** The same towards the begin of the text; the units are in that order, too. */
function backward(text: string, from: number, limit: number, units: Spellings[]): number[] {
  let places = [from];
  for (const unit of units) {
    const next: number[] = [];
    for (const place of places) {
      for (const spelling of unit.get(text.charCodeAt(place - 1)) ?? []) {
        const start = place - spelling.length;
        if (start < limit || next.includes(start)) continue;
        if (text.startsWith(spelling, start)) next.push(start);
      }
    }
    places = next;
    if (places.length === 0) break;
  }
  return places;
}

/** Characters in a row that are written in one way become one unit. */
function joinPlain(units: string[][]): string[][] {
  const joined: string[][] = [];
  for (const unit of units) {
    const last = joined.at(-1);
    if (unit.length === 1 && last?.length === 1) last[0] = `${last[0] ?? ''}${unit[0] ?? ''}`;
    else joined.push(unit.length === 1 ? [...unit] : unit);
  }
  return joined;
}

function longestOf(unit: string[]): number {
  let longest = 0;
  for (const { length } of unit) if (length > longest) longest = length;
  return longest;
}

function longestPlain(units: string[][]): string[] {
  const plain = units.filter((unit) => unit.length === 1);
  const lengthOf = (unit: string[] | undefined) => unit?.[0]?.length ?? 0;
  return plain.reduce<string[]>(
    (best, unit) => (lengthOf(unit) > lengthOf(best) ? unit : best),
    [],
  );
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
