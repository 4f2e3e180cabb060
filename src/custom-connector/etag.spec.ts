import { etagOf, isKnown, matches } from './etag.js';

describe('If-Match', () => {
  it.each<[string | undefined, boolean]>([
    [undefined, true],
    ['*', true],
    ['"3"', true],
    ['"1", "3"', true],
    ['W/"3"', false],
    ['"2"', false],
    ['3', false],
    ['', false],
  ])('of %j lets version 3 pass: %j', (header, passes) => {
    expect(matches(header, 3)).toBe(passes);
  });
});

describe('If-None-Match', () => {
  it.each<[string | undefined, boolean]>([
    [undefined, false],
    ['*', true],
    [etagOf(3), true],
    ['W/"3"', true],
    ['"33"', false],
    ['"2", "3"', true],
  ])('of %j knows version 3: %j', (header, known) => {
    expect(isKnown(header, 3)).toBe(known);
  });
});
