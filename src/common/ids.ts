import { customAlphabet } from 'nanoid';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const random = customAlphabet(ALPHABET, 10);

/**
 * The kinds of id: user, API token, custom connector, run, job, snapshot, staged change, record that
 * is to be created, publication.
 */
export type IdKind = 'usr' | 'atk' | 'cuc' | 'run' | 'job' | 'sna' | 'chg' | 'new' | 'pub';

/** A new random id of a kind: the kind, `_`, ten characters (59 bits). */
export function newId(kind: IdKind): string {
  return `${kind}_${random()}`;
}

/** Whether a text has the form of an id of this kind. What has not is unknown without a look. */
export function isId(kind: IdKind, text: string): boolean {
  return (
    text.length === 14 && text.startsWith(`${kind}_`) && /^[0-9A-Za-z]{10}$/.test(text.slice(4))
  );
}
