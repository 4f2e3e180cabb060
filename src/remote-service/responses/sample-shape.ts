/** Counts what kinds of values were seen at a place. */
export type KindCounts = Record<JsonKind, number>;
export type JsonKind = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

/** Is shown each text and number of one place. */
export interface ScalarObserver {
  see(value: string | number): void;
}

/** How much of a sample is described; what is beyond it is left out, as if it could be anything. */
export interface ShapeLimits {
  places: number;
  membersOfPlace: number;
  /** Of a member's name, in characters. */
  nameLength: number;
}

const NO_LIMITS: ShapeLimits = { places: Infinity, membersOfPlace: Infinity, nameLength: Infinity };

/** What all places of one sample share. */
interface Budget<O> extends ShapeLimits {
  makeObserver: (() => O) | undefined;
}

/** What was seen at one place of a sample: a member of some objects, or the elements of some arrays. */
export class SampleShape<O extends ScalarObserver = ScalarObserver> {
  readonly counts: KindCounts = { null: 0, boolean: 0, number: 0, string: 0, array: 0, object: 0 };
  /** In the order in which they were first seen. */
  readonly members = new Map<string, SampleShape<O>>();
  /** The elements of the arrays that were seen here, as one place. */
  items: SampleShape<O> | undefined;
  readonly scalars: O | undefined;

  private constructor(private readonly budget: Budget<O>) {
    this.scalars = budget.makeObserver?.();
  }

  /** The place of a sample's root; without limits all of it is described. */
  static ofRoot<O extends ScalarObserver = ScalarObserver>(
    limits: ShapeLimits = NO_LIMITS,
    makeObserver?: () => O,
  ): SampleShape<O> {
    return new SampleShape<O>({ ...limits, makeObserver });
  }

  /** How many values were seen here. */
  get seen(): number {
    const { counts } = this;
    return (
      counts.null + counts.boolean + counts.number + counts.string + counts.array + counts.object
    );
  }

  /** Adds one value; returns it where it has to be walked further. */
  add(value: unknown): object | undefined {
    if (typeof value === 'object' && value !== null) {
      this.counts[Array.isArray(value) ? 'array' : 'object']++;
      return value;
    }
    if (value === null) this.counts.null++;
    else if (typeof value === 'boolean') this.counts.boolean++;
    else {
      this.counts[typeof value as 'string' | 'number']++;
      this.scalars?.see(value as string | number);
    }
    return undefined;
  }

  /** The place of a member; undefined where the limits leave it out. */
  member(name: string): SampleShape<O> | undefined {
    const known = this.members.get(name);
    if (known) return known;
    const { budget } = this;
    if (budget.places <= 0 || this.members.size >= budget.membersOfPlace) return undefined;
    if (name.length > budget.nameLength) return undefined;
    budget.places--;
    const made = new SampleShape<O>(budget);
    this.members.set(name, made);
    return made;
  }

  /** The place of an array's elements; undefined where the limits leave it out. */
  elements(): SampleShape<O> | undefined {
    if (this.items === undefined && this.budget.places > 0) {
      this.budget.places--;
      this.items = new SampleShape<O>(this.budget);
    }
    return this.items;
  }
}

interface Frame<O extends ScalarObserver> {
  shape: SampleShape<O>;
  values: object;
  /** Of an object; an array has none. */
  names: string[] | undefined;
  at: number;
}

const STEPS_BETWEEN_YIELDS = 512;

/**
 * Adds a value and all that it holds to the shape of its place. It yields again and again, so that
 * others can be given their turn. Walks without recursion, however deep the value is.
 */
export function* surveyValue<O extends ScalarObserver>(
  root: SampleShape<O>,
  value: unknown,
): Generator<void, void> {
  const frames: Frame<O>[] = [];
  enter(frames, root, root.add(value));
  let steps = 0;
  for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
    if (++steps % STEPS_BETWEEN_YIELDS === 0) yield;
    const { names, values, at, shape } = frame;
    if (at >= (names ?? (values as unknown[])).length) {
      frames.pop();
      continue;
    }
    frame.at++;
    const name = names?.[at];
    const place = name === undefined ? shape.elements() : shape.member(name);
    if (!place) continue;
    const key = (name ?? at) as string;
    enter(frames, place, place.add((values as Record<string, unknown>)[key]));
  }
}

function enter<O extends ScalarObserver>(
  frames: Frame<O>[],
  shape: SampleShape<O>,
  values: object | undefined,
): void {
  if (!values) return;
  frames.push({
    shape,
    values,
    names: Array.isArray(values) ? undefined : Object.keys(values),
    at: 0,
  });
}
