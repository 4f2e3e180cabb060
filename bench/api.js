// @ts-check

/**
 * What a service answers; an error where that is no success.
 * @param {{ url: string, headers: Record<string, string> }} service
 * @param {string} method @param {string} path @param {object} [body]
 */
export async function ask({ url, headers }, method, path, body) {
  const response = await fetch(url + path, {
    method,
    headers: { ...headers, ...(body ? { 'Content-Type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}
