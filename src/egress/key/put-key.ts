import { EgressError } from '../egress.errors.js';
import { asBytes, escapePercent } from './escape-text.js';
import type { KeyPart } from './split-key.js';
import { SpelledText } from './spelled-text.js';
import { textSpellings } from './spellings.js';

const basicCredential = /^([\t ]*basic[\t ]+)([\w+/-]+=*)[\t ]*$/i;

/** The text of a `Basic` credential, one character a byte; undefined for any other header value. */
export function basicText(value: string): string | undefined {
  const encoded = basicCredential.exec(value)?.[2];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('latin1');
}

/**
 * A header value with the secrets in place of their stand-ins: in clear, and as UTF-8 inside a
 * `Basic` credential. Throws an EgressError where a secret can't stand in a header.
 */
export function putInHeader(name: string, value: string, secrets: KeyPart[]): string {
  const basic = basicText(value);
  if (basic !== undefined && holdsStandIn(basic, secrets)) {
    const scheme = basicCredential.exec(value)?.[1] ?? '';
    const text = secrets.reduce(
      (credential, { secret, standIn }) => put(credential, standIn, asBytes(secret)),
      basic,
    );
    return scheme + Buffer.from(text, 'latin1').toString('base64');
  }
  const result = secrets.reduce((text, { secret, standIn }) => put(text, standIn, secret), value);
  const place = `can't stand in the header ${name.toLowerCase()}`;
  if (/[^\0-\xff]/.test(result)) {
    throw refused(`the API key has a character beyond U+00FF, and ${place}`);
  }
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(result)) {
    throw refused(`the API key has a control character, and ${place}`);
  }
  return result;
}

/**
 * A URL with the secrets, percent-encoded, in place of their stand-ins in path and query. Throws an
 * EgressError where a secret would be read as something else there.
 */
export function putInUrl(url: string, secrets: KeyPart[]): string {
  const { origin, pathname, search } = new URL(url);
  const result = origin + putEscaped(pathname + search, secrets, escapePercent);
  // A segment that is `.` or `..` would be taken away.
  if (new URL(result).href === result) return result;
  throw refused("the API key can't stand in a URL's path, where it would change the path");
}

/** A text in which the secrets stand escaped, and the whole stand-in in any escaping. */
export function putEscaped(
  text: string,
  secrets: KeyPart[],
  escape: (secret: string) => string,
): string {
  return secrets.reduce((result, { secret, standIn }) => {
    if (/^\w+$/.test(standIn)) return put(result, standIn, escape(secret));
    return replaceSpelled(result, standIn, escape(secret));
  }, text);
}

/** Whether a text holds the stand-in of a secret. */
export function holdsStandIn(text: string, secrets: KeyPart[]): boolean {
  return secrets.some(({ standIn }) => text.includes(standIn));
}

/** Replaces a text everywhere; unlike a replacement string, `$` means itself. */
export function put(text: string, standIn: string, replacement: string): string {
  return text.replaceAll(standIn, () => replacement);
}

/** An EgressError for a request that is not made. */
export function refused(message: string): EgressError {
  return new EgressError('remote.refused', message);
}

function replaceSpelled(text: string, standIn: string, replacement: string): string {
  const spelled = new SpelledText(Array.from(standIn, (char) => textSpellings(char)));
  let result = '';
  let done = 0;
  for (let hit = spelled.find(text, 0); hit; hit = spelled.find(text, done)) {
    result += text.slice(done, hit.start) + replacement;
    done = hit.end;
  }
  return result + text.slice(done);
}
