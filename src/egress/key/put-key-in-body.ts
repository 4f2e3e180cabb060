import { asBytes, escapeForm, escapeJson } from './escape-text.js';
import { nestingOf } from './json-nesting.js';
import { put, putEscaped } from './put-key.js';
import type { KeyPart } from './split-key.js';

/** Larger texts without a telling content type are judged by their ends. */
const maxTrialParse = 1024 * 1024;
/** JSON in JSON in JSON; deeper, a stand-in that is an object is not known as a whole. */
const deepestWhole = 3;

/**
 * A body with the secrets in place of their stand-ins, and every other byte as it was: escaped for
 * JSON or a form where the content type, or the body itself, says that it is one; in clear (UTF-8)
 * otherwise.
 */
export function putInBody(
  body: Uint8Array,
  contentType: string | undefined,
  secrets: KeyPart[],
): Uint8Array {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  const result = putInText(text, mediaTypeOf(contentType), secrets);
  return new Uint8Array(Buffer.from(result, 'latin1'));
}

function putInText(text: string, mediaType: string, secrets: KeyPart[]): string {
  if (mediaType === 'application/x-www-form-urlencoded') {
    return putEscaped(text, secrets, escapeForm);
  }
  if (isJson(text, mediaType)) {
    return secrets.reduce(
      (result, part) =>
        escapeJson(part.standIn) === part.standIn
          ? putPartInJson(result, part)
          : putWholeInJson(result, part),
      text,
    );
  }
  return secrets.reduce(
    (result, { secret, standIn }) => put(result, asBytes(standIn), asBytes(secret)),
    text,
  );
}

function putPartInJson(text: string, { secret, standIn }: KeyPart): string {
  if (escapeJson(secret) === secret) return put(text, standIn, asBytes(secret));
  const depths = nestingOf(text, standIn);
  let index = 0;
  return text.replaceAll(standIn, () => asBytes(escapeJson(secret, depths[index++] ?? 1)));
}

/** The object that stands for the whole key, as a value or as the text of a string. */
function putWholeInJson(text: string, { secret, standIn }: KeyPart): string {
  let result = text;
  for (let depth = deepestWhole; depth >= 0; depth -= 1) {
    const written = asBytes(escapeJson(standIn, depth));
    result = put(result, written, asBytes(escapeJson(secret, depth)));
  }
  return result;
}

function mediaTypeOf(contentType = ''): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

function isJson(text: string, mediaType: string): boolean {
  if (mediaType.includes('json')) return true;
  if (mediaType !== '' && !mediaType.startsWith('text/')) return false;
  if (text.length > maxTrialParse)
    return /^\s*[[{]/.test(text) && /[\]}]\s*$/.test(text.slice(-99));
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
