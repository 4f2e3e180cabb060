import type { NextFunction, Request, Response } from 'express';

/**
 * Of every answer. HSTS is left to whoever ends TLS in front of the service: only there is it known that all
 * of the host speaks it. `same-origin` keeps answers out of other sites' tags; requests by CORS don't mind it.
 */
export const SECURITY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
} as const;

const ENTRIES = Object.entries(SECURITY_HEADERS);

/** Of the pages for people: scripts and requests of this server alone; the page's library styles its own tags. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Puts the security headers on every answer; a route may set its own. */
export function securityHeaders(_request: Request, response: Response, next: NextFunction): void {
  for (const [name, value] of ENTRIES) response.setHeader(name, value);
  next();
}
