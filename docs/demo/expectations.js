// @ts-check
// What the demo's read has to come to, field by field.

export const EXPECTED_COUNTRIES = 250;

/** @typedef {import('world-countries').Countries[number]} Country */

/** @param {unknown} value */
const isText = (value) => typeof value === 'string';
/** @param {unknown} value */
const isNumber = (value) => typeof value === 'number';

/**
 * The fields of the demo's mapping: where each is, what it becomes, how such a value is known, and
 * what it has to be.
 * @type {{ name: string, path: string, type: string, is: (value: unknown) => boolean, of: (country: Country) => unknown }[]}
 */
export const FIELDS = [
  { name: 'Name', path: 'name.common', type: 'text', is: isText, of: (c) => c.name.common },
  {
    name: 'Capital',
    path: 'capital',
    type: 'text[]',
    is: (value) => Array.isArray(value) && value.every(isText),
    of: (c) => c.capital,
  },
  { name: 'Region', path: 'region', type: 'text', is: isText, of: (c) => c.region },
  { name: 'Area', path: 'area', type: 'numeric', is: isNumber, of: (c) => c.area },
  {
    name: 'Landlocked',
    path: 'landlocked',
    type: 'boolean',
    is: (value) => typeof value === 'boolean',
    of: (c) => c.landlocked,
  },
  {
    name: 'Position',
    path: 'latlng',
    type: 'numeric[]',
    is: (value) => Array.isArray(value) && value.length === 2 && value.every(isNumber),
    of: (c) => c.latlng,
  },
  {
    name: 'Currencies',
    path: 'currencies',
    type: 'jsonb',
    is: (value) => typeof value === 'object' && value !== null,
    of: (c) => c.currencies,
  },
];

/**
 * Names every way in which the records are not the countries.
 * @param {{ id: string, fields: Record<string, unknown> }[]} records
 * @param {Record<string, unknown>} summary
 * @param {{ name: string, pgType: string }[]} columns
 * @param {readonly Country[]} countries
 */
export function checkRecords(records, summary, columns, countries) {
  /** @type {string[]} */
  const faults = [];
  const expected = { records: EXPECTED_COUNTRIES, complete: true, duplicates: 0, rejected: 0 };
  for (const [name, value] of Object.entries({ ...expected, invalid: 0 })) {
    if (summary[name] !== value) {
      faults.push(`${name} is ${String(summary[name])} and not ${String(value)}`);
    }
  }
  if (records.length !== EXPECTED_COUNTRIES) {
    faults.push(`${records.length} of ${EXPECTED_COUNTRIES} countries came`);
  }
  for (const { name, type } of FIELDS) {
    if (columns.find((column) => column.name === name)?.pgType !== type) {
      faults.push(`the column ${name} is not ${type}`);
    }
  }
  const byId = new Map(countries.map((country) => [country.cca3, country]));
  for (const { id, fields } of records) {
    const country = byId.get(id);
    for (const { name, type, is, of } of FIELDS) {
      if (!country || !is(fields[name]) || !same(fields[name], of(country))) {
        faults.push(`${id}: ${name} is ${JSON.stringify(fields[name])}, which is not its ${type}`);
      }
    }
  }
  return faults;
}

/** @param {unknown} a @param {unknown} b */
function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}
