import type { Dispatcher } from 'undici';
import type { CheckedRequest } from './check-request.js';
import type { EgressResponse } from './egress.types.js';
import { isDecoded } from './read-body.js';

type Headers = EgressResponse['headers'];

/** A response whose body is not read yet. */
export interface Head {
  status: number;
  statusText: string;
  headers: Headers;
  body: Dispatcher.ResponseData['body'];
}

/**
 * A parser of undici 7 that pauses, since nobody reads as fast as bytes come, throws where nobody can
 * catch it when the connection ends meanwhile (nodejs/undici#5360). Whoever reads bounds what is held.
 */
const neverPausing = Number.MAX_SAFE_INTEGER;

const discardLimits = { bytes: 64 * 1024, ms: 1000 };

/** Sends a request and resolves once the head of its response is there. */
export async function send(
  dispatcher: Dispatcher,
  { parsed, method, headers, body }: CheckedRequest,
  userAgent = 'custom-connector-service',
  signal: AbortSignal,
): Promise<Head> {
  const usual: Headers = [
    ['accept', '*/*'],
    ['accept-encoding', 'gzip, br, deflate'],
    ['user-agent', userAgent],
  ];
  const missing = usual.filter(([name]) => valueOf(headers, name) === undefined);
  const pending = dispatcher.request({
    origin: parsed.origin,
    path: parsed.pathname + parsed.search,
    method,
    headers: [...missing, ...headers].flat(),
    body: body && body.byteLength > 0 ? body : null,
    signal,
    responseHeaders: 'raw',
    highWaterMark: neverPausing,
  });
  const answer = await orAborted(pending, signal);
  // It also errs where it is destroyed, and nobody may be reading then.
  answer.body.on('error', () => undefined);
  // With `raw` they come as a flat list, which the types don't say.
  const flat = answer.headers as unknown as string[];
  const pairs = flat.flatMap((name, index): Headers =>
    index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : [],
  );
  const { statusCode: status, statusText } = answer;
  return { status, statusText, headers: pairs, body: answer.body };
}

/** Reads a small rest, so that the connection can be used again; gives up a large or slow one. */
export async function discard({ body }: Head): Promise<void> {
  const signal = AbortSignal.timeout(discardLimits.ms);
  await body.dump({ limit: discardLimits.bytes, signal }).catch(() => undefined);
}

/** The headers without those that were true of the body only before it was decompressed. */
export function describing(headers: Headers): Headers {
  if (!isDecoded(codingOf(headers))) return headers;
  return headers.filter(([name]) => !/^content-(encoding|length)$/i.test(name));
}

/** The content coding, as `gzip`, or as `gzip, br` where there are more; empty without any. */
export function codingOf(headers: Headers): string {
  const values = headers.filter(([name]) => /^content-encoding$/i.test(name));
  return values
    .map(([, value]) => value.trim().toLowerCase())
    .filter((value) => value !== '' && value !== 'identity')
    .join(', ');
}

/** The first value of a header, whose name is given in lower case. */
export function valueOf(headers: Headers, wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

/** undici heeds a signal only once it is connected; this rejects at once. */
async function orAborted(pending: Promise<Dispatcher.ResponseData>, signal: AbortSignal) {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the reason is the caller's own
      reject(signal.reason);
      pending.then(
        ({ body }) => body.on('error', () => undefined).destroy(),
        () => undefined,
      );
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([pending, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
