import { createHash } from 'node:crypto';
import { redactUrl } from '../egress/redact-url.js';
import type { AskedRequest } from './answer.types.js';
import { isObject } from './find-list.js';
import { plainName } from './sign-names.js';

const MOST_BODY_BYTES = 64 * 1024;
const MOST_PARAMETERS = 64;

/** What a request of connector code asks for. */
export function askedRequest(method: string, address: string, body?: Uint8Array): AskedRequest {
  const shown = `${method} ${redactUrl(address)}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const hash = body?.length ? createHash('sha256').update(body).digest('base64') : '';
  const parameters = new Map<string, string>();
  const add = (name: string, value: string): void => {
    const plain = plainName(name);
    if (parameters.size < MOST_PARAMETERS) {
      parameters.set(plain, `${parameters.get(plain) ?? ''}${value}`.slice(0, 256));
    }
  };
  for (const [name, value] of url?.searchParams ?? []) add(name, value);
  for (const [name, value] of bodyMembers(body)) add(name, JSON.stringify(value));
  return {
    shown,
    identity: createHash('sha256').update(`${method} ${address} ${hash}`).digest('base64'),
    series: url ? `${method} ${url.origin}${url.pathname}` : method,
    parameters,
  };
}

function bodyMembers(body: Uint8Array | undefined): [name: string, value: unknown][] {
  if (!body?.length || body.length > MOST_BODY_BYTES) return body?.length ? [['body', '']] : [];
  const text = Buffer.from(body).toString();
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? Object.entries(value) : [['body', text]];
  } catch {
    return [...new URLSearchParams(text)];
  }
}
