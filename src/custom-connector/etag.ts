/** The strong entity tag of a version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/** Whether an If-Match lets a change of this version pass (RFC 9110, 13.1.1: strong comparison). */
export function matches(ifMatch: string | undefined, version: number): boolean {
  return ifMatch === undefined || ifMatch.trim() === '*' || tags(ifMatch).includes(etagOf(version));
}

/** Whether an If-None-Match already names this version (RFC 9110, 13.1.2: weak comparison). */
export function isKnown(ifNoneMatch: string | undefined, version: number): boolean {
  if (ifNoneMatch === undefined) return false;
  const known = tags(ifNoneMatch).map((tag) => tag.replace(/^W\//, ''));
  return ifNoneMatch.trim() === '*' || known.includes(etagOf(version));
}

function tags(header: string): string[] {
  return header.split(',').map((tag) => tag.trim());
}
