import type { Request } from 'express';

/**
 * Whether a request only reads. Who reads may have been looked up a moment ago (RecentCallers); whoever
 * changes something is looked up anew, so that no row is written for a user that another process removed.
 */
export function isRead({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** What follows the scheme in the Authorization header; null where the header has another scheme. */
export function credentialsOf(request: Request, scheme: string): string | null {
  const header = request.headers.authorization ?? '';
  const space = header.indexOf(' ');
  if (space < 0 || header.slice(0, space).toLowerCase() !== scheme.toLowerCase()) return null;
  return header.slice(space + 1).trim();
}
