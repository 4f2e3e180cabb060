import { asMembers, entriesOf, type Members, memberOf, textOf } from './members.js';
import { type References, UnusableError } from './references.js';

/** How a request carries the connector's key. */
export type Credential =
  { kind: 'bearer' } | { kind: 'basic' } | { kind: 'header' | 'query' | 'cookie'; name: string };

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
/** Headers that belong to the connection. */
const RESERVED =
  /^(host|connection|content-.*|transfer-encoding|upgrade|te|trailer|keep-alive|expect|forwarded|proxy-.*|x-forwarded-.*|accept)$/i;

/**
 * The ways in which one key opens an operation, the document's first choice first; `undefined`
 * stands for no key. Throws an UnusableError where no way works with one key.
 */
export function readSecurity(
  references: References,
  security: unknown[],
): (Credential | undefined)[] {
  if (security.length === 0) return [undefined];
  const ways: (Credential | undefined)[] = [];
  const reasons: string[] = [];
  for (const requirement of security) {
    const names = entriesOf(requirement).map(([name]) => name);
    const [only] = names;
    if (only === undefined) ways.push(undefined);
    else if (names.length > 1)
      reasons.push(`needs ${names.length} keys at once (${names.join(', ')})`);
    else {
      const way = credentialOf(schemeOf(references, only));
      if (way) ways.push(way);
      else reasons.push(`needs the credential ${only}, of a kind that a connector's key can't be`);
    }
  }
  if (ways.length === 0) throw new UnusableError(reasons[0]);
  // A way without a key is the last choice: it may show less.
  return [...ways.filter(Boolean), ...ways.filter((way) => !way).slice(0, 1)];
}

function schemeOf(references: References, name: string): Members | undefined {
  const { root } = references;
  const schemes =
    root['swagger'] === undefined
      ? memberOf(root['components'], 'securitySchemes')
      : root['securityDefinitions'];
  const scheme = memberOf(schemes, name);
  return asMembers(scheme) ? references.resolve(scheme) : undefined;
}

function credentialOf(scheme: Members | undefined): Credential | undefined {
  if (!scheme) return undefined;
  const type = textOf(scheme, 'type');
  const name = textOf(scheme, 'name') ?? '';
  if (type === 'oauth2' || type === 'openIdConnect') return { kind: 'bearer' };
  if (type === 'basic') return { kind: 'basic' };
  if (type === 'http') {
    const way = textOf(scheme, 'scheme')?.toLowerCase();
    return way === 'bearer' || way === 'basic' ? { kind: way } : undefined;
  }
  if (type !== 'apiKey') return undefined;
  const place = textOf(scheme, 'in');
  if (place === 'query' && name !== '' && name.length <= 200) return { kind: 'query', name };
  const isHeader = place === 'header' || place === 'cookie';
  if (!isHeader || !TOKEN.test(name) || (place === 'header' && RESERVED.test(name)))
    return undefined;
  return { kind: place, name };
}
