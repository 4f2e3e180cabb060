// An author is no credential, authorization is one.
const credential =
  /token|secret|passw|credential|signature|auth(?!ors?($|[-_.]))|(key|sig|jwt|pwd)$|^(sid|code|session|session[-_.]?id)$/i;
const maxLength = 2048;

/** Whether a query parameter or a header is likely, by its name, to hold a credential. */
export function looksLikeCredential(name: string): boolean {
  return credential.test(name);
}

/**
 * A URL as it may be kept in a record: without user name, password and fragment, with `***` for
 * the value of each query parameter that looks like a credential, and at most 2,048 characters.
 */
export function redactUrl(text: string): string {
  if (!URL.canParse(text)) return '(not a URL)';
  const url = new URL(text);
  url.username = '';
  url.password = '';
  url.hash = '';
  const query = url.search.slice(1);
  // Not by URLSearchParams, which would write the other parameters in another way.
  if (query !== '') url.search = query.split('&').map(redactParameter).join('&');
  return url.href.length > maxLength ? `${url.href.slice(0, maxLength)}…` : url.href;
}

function redactParameter(parameter: string): string {
  const equals = parameter.indexOf('=');
  if (equals < 0) return parameter;
  const name = parameter.slice(0, equals);
  return looksLikeCredential(decode(name)) ? `${name}=***` : parameter;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
