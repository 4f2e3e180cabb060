import { SampleShape, surveyValue } from '../../../remote-service/responses/sample-shape.js';
import { chooseType } from './choose-type.js';
import { ScalarEvidence } from './scalar-evidence.js';

function typeOf(name: string, values: unknown[]): string {
  const shape = SampleShape.ofRoot(undefined, () => new ScalarEvidence());
  for (const value of values) surveyValue(shape, value).next();
  return chooseType(name.split('/'), shape);
}

describe('the type of a field', () => {
  it.each<[string, unknown[], string]>([
    ['price', ['49.50', '120'], 'numeric'],
    ['price', ['49.50', 120, null], 'numeric'],
    ['price', ['49.50', ''], 'text'],
    ['price', ['1,200.00'], 'text'],
    ['price', ['1e5'], 'text'],
    ['order_id', ['17', '18'], 'text'],
    ['orderNumber', ['17'], 'text'],
    ['customer_ref/value', ['17'], 'text'],
    ['zip', ['94103'], 'text'],
    ['phone', ['5550123'], 'text'],
    ['amount', ['007'], 'text'],
    ['to', ['14155559876'], 'text'],
    ['id', [1, 2], 'numeric'],
    ['id', [1, 'a'], 'text'],
    ['at', ['2026-01-31T10:00:00Z', null], 'timestamp'],
    ['at', ['2026-01-31', '2026-01-31 10:00:00'], 'timestamp'],
    ['at', ['2026-01-31T10:00:00.000+0000'], 'timestamp'],
    ['at', ['2026-02-30'], 'text'],
    ['at', ['2026-01-31 in the morning'], 'text'],
    ['born', ['2026-01-31', 'unknown'], 'text'],
    ['created', [1767261600], 'timestamp'],
    ['createdAt', [1767261600000, null], 'timestamp'],
    ['event_time', ['1767261600'], 'timestamp'],
    ['created', [0, 1767261600], 'numeric'],
    ['created_by_id', [1767261600], 'numeric'],
    ['views', [1767261600], 'numeric'],
    ['duration_time', [12.5], 'numeric'],
    ['flag', [true, null], 'boolean'],
    ['flag', ['true', 'False'], 'boolean'],
    ['flag', [true, 'maybe'], 'text'],
    ['flag', [true, 1], 'text'],
    ['nothing', [null, null], 'jsonb'],
    ['tags', [['a'], [], null], 'text[]'],
    ['tags', [['a', 7, null]], 'text[]'],
    ['sizes', [[1, 2.5], null], 'numeric[]'],
    ['flags', [[true], [null]], 'boolean[]'],
    ['tags', [[]], 'jsonb'],
    ['tags', [[null]], 'jsonb'],
    ['tags', [['a'], 'b'], 'jsonb'],
    ['lines', [[{ sku: 1 }]], 'jsonb'],
    ['grid', [[[1]]], 'jsonb'],
    ['any', [{}, 'x'], 'jsonb'],
  ])('%s of %j is %s', (name, values, type) => {
    expect(typeOf(name, values)).toBe(type);
  });
});
