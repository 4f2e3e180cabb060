import { plainName } from '../../../../completeness/sign-names.js';

/** Plurals that no ending tells. */
const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ...([
    ['people', 'person'],
    ['children', 'child'],
    ['shelves', 'shelf'],
    ['leaves', 'leaf'],
  ] as const),
  ...([
    ['indices', 'index'],
    ['statuses', 'status'],
    ['aliases', 'alias'],
  ] as const),
]);

/** A name without its case, its marks and its plural, so that `Categories` and `category` are one. */
export function singularOf(name: string): string {
  const plain = plainName(name);
  const irregular = IRREGULAR.get(plain);
  if (irregular !== undefined) return irregular;
  if (/(ss|us|is)$/.test(plain) || plain.length < 4) return plain;
  if (plain.endsWith('ies')) return `${plain.slice(0, -3)}y`;
  if (/(s|x|z|ch|sh)es$/.test(plain)) return plain.slice(0, -2);
  return plain.endsWith('s') ? plain.slice(0, -1) : plain;
}
