import { SampleShape, type ShapeLimits, surveyValue } from './sample-shape.js';
import { schemaOfShape } from './schema-of-sample.js';

const NO_LIMITS = { places: Infinity, membersOfPlace: Infinity, nameLength: Infinity };

function survey(value: unknown, limits: Partial<ShapeLimits> = {}): SampleShape {
  const shape = SampleShape.ofRoot({ ...NO_LIMITS, ...limits });
  for (const _ of surveyValue(shape, value));
  return shape;
}

describe('the shape of a sample', () => {
  it('counts kinds of values place by place', () => {
    const shape = survey([{ a: 1 }, { a: null, b: [true] }, 'x']);
    expect(shape.items?.counts).toMatchObject({ object: 2, string: 1, null: 0 });
    expect(shape.items?.members.get('a')?.counts).toMatchObject({ number: 1, null: 1 });
    expect(shape.items?.members.get('b')?.items?.seen).toBe(1);
  });

  it('shows texts and numbers to an observer of their place', () => {
    const shape = SampleShape.ofRoot(undefined, () => ({
      seen: [] as unknown[],
      see(value: string | number) {
        this.seen.push(value);
      },
    }));
    for (const _ of surveyValue(shape, { a: ['x', 2, true, null] }));
    expect(shape.members.get('a')?.items?.scalars?.seen).toEqual(['x', 2]);
  });

  it('leaves out what is beyond its limits, and the schema takes it all the same', () => {
    const sample = { a: 1, b: { c: 1 }, d: [1], long: 1 };
    const namesWithin = (limits: Partial<ShapeLimits>) => [
      ...survey(sample, limits).members.keys(),
    ];
    expect(namesWithin({ places: 3 })).toEqual(['a', 'b']);
    expect(namesWithin({ membersOfPlace: 3 })).toEqual(['a', 'b', 'd']);
    expect(namesWithin({ nameLength: 3 })).toEqual(['a', 'b', 'd']);
    expect(schemaOfShape(survey(sample, { places: 2 }))).toEqual({
      type: 'object',
      properties: { a: { type: 'number' }, b: { type: 'object', properties: {}, required: [] } },
      required: ['a', 'b'],
    });
    expect(schemaOfShape(survey(sample), 1)).toEqual({
      type: 'object',
      properties: { a: { type: 'number' } },
      required: ['a'],
    });
  });

  it('yields while it walks, however deep a value is', () => {
    let value: unknown = 1;
    for (let depth = 0; depth < 100_000; depth++) value = [value];
    let yields = 0;
    const shape = SampleShape.ofRoot();
    for (const _ of surveyValue(shape, value)) yields++;
    expect(yields).toBeGreaterThan(100);
  });
});
