import type { Request } from 'express';

/** What follows the scheme in the Authorization header; null where the header has another scheme. */
export function credentialsOf(request: Request, scheme: string): string | null {
  const header = request.headers.authorization ?? '';
  const space = header.indexOf(' ');
  if (space < 0 || header.slice(0, space).toLowerCase() !== scheme.toLowerCase()) return null;
  return header.slice(space + 1).trim();
}
