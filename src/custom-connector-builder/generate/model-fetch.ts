import { ModelTooLongError } from './generate.errors.js';

const MIB = 1024 * 1024;
/** Of an answer on the wire: a function has at most 256 KiB, JSON around it and thoughts come on top. */
const MOST_BYTES = 2 * MIB;

/**
 * Fetches from the model's server, without following redirects, which would take the key along.
 * Rejects with a ModelTooLongError at a response of more than 2 MiB.
 */
export async function modelFetch(
  input: string | URL | Request,
  init?: RequestInit,
): Promise<Response> {
  const response = await fetch(input, { ...init, redirect: 'error' });
  if (!response.body) return response;
  let bytes = 0;
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.length;
        if (bytes > MOST_BYTES) controller.error(tooLong());
        else controller.enqueue(chunk);
      },
    }),
  );
  const { status, statusText, headers } = response;
  return new Response(counted, { status, statusText, headers });
}

function tooLong(): ModelTooLongError {
  return new ModelTooLongError(
    `The language model’s answer has more than ${MOST_BYTES / MIB} MiB.`,
  );
}
