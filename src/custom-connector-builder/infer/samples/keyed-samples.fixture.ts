import type { InferCase } from './infer-case.fixture.js';

/** Records that are the members of an object, and lists of no objects. */
export const KEYED: InferCase[] = [
  {
    title: 'Firebase, keyed with push ids',
    sample: {
      '-Nx3dKq9ZyT0aBcDeFgH': {
        author: 'ank',
        text: 'First',
        at: 1767261600000,
        likes: { bo: true },
      },
      '-Nx3dLw1PqR5iJkLmNoP': { author: 'bo', text: 'Second', at: 1767261700000 },
    },
    recordArrayPath: '',
    idPath: '@key',
    records: 2,
    fields: { author: 'text', text: 'text', at: 'timestamp', likes: 'jsonb' },
  },
  {
    title: 'Objects keyed by code inside an envelope',
    sample: {
      meta: { last_updated_at: '2026-01-31T23:59:59Z' },
      data: {
        AED: { code: 'AED', value: 3.67306, decimals: 2 },
        AFN: { code: 'AFN', value: 91.80254, decimals: 0 },
        ALL: { code: 'ALL', value: 108.22904, decimals: 2 },
      },
    },
    recordArrayPath: 'data',
    idPath: '@key',
    records: 3,
    fields: { code: 'text', value: 'numeric', decimals: 'numeric' },
  },
  {
    title: 'Exchange rates, numbers keyed by currency',
    sample: {
      amount: 1,
      base: 'EUR',
      date: '2026-01-30',
      rates: { AUD: 1.6583, CHF: 0.9412, USD: 1.0391 },
    },
    recordArrayPath: 'rates',
    idPath: '@key',
    records: 3,
    fields: { '': 'numeric value' },
  },
  {
    title: 'A bare array of texts',
    sample: { message: ['affenpinscher', 'african', 'airedale'], status: 'success' },
    recordArrayPath: 'message',
    idPath: '',
    records: 3,
    fields: { '': 'text value' },
  },
  {
    title: 'An empty list',
    sample: { data: [], total: 0, next: null },
    recordArrayPath: 'data',
    idPath: 'id',
    records: 0,
    fields: {},
  },
];
