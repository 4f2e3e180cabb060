import { EgressError } from './egress.errors.js';
import type { EgressRequest } from './egress.types.js';
import { hostOf } from '../common/host-name.js';

/** A request that may be put on the wire as it is, with its URL parsed. */
export interface CheckedRequest extends EgressRequest {
  parsed: URL;
  /** As `normalizeHost` writes it. */
  host: string;
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const reserved =
  /^(host|connection|content-length|transfer-encoding|upgrade|te|trailer|keep-alive|expect|forwarded|proxy-.*|x-forwarded-.*)$/;
const maxHeaders = 100;
const maxHeaderBytes = 32 * 1024;
const maxUrlLength = 16 * 1024;

/**
 * Checks what connector code asked for, and writes it in one form: standard methods in upper case,
 * the URL without fragment and without the dot at the end of a name. Throws an EgressError.
 */
export function checkRequest(request: EgressRequest): CheckedRequest {
  const { parsed, host } = checkUrl(request.url);
  const headers = checkHeaders(request.headers);
  return {
    ...request,
    method: checkMethod(request.method),
    url: parsed.href,
    headers,
    parsed,
    host,
  };
}

/** Parses a URL that may be asked for: http or https, a host, no user name, a port but 0. */
export function checkUrl(text: string): { parsed: URL; host: string } {
  if (text.length > maxUrlLength) throw bad(`a URL has more than ${maxUrlLength} characters`);
  if (!URL.canParse(text)) throw bad('a URL is not absolute, or not valid');
  const parsed = new URL(text);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw new EgressError('remote.refused', 'only http: and https: URLs can be asked for');
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw bad('a URL has a user name or a password in it; send them in an Authorization header');
  }
  const host = hostOf(parsed);
  if (host === undefined) throw bad('a URL has a host that is no host name');
  if (parsed.port === '0') throw bad('a URL has the port 0');
  // Else example.com. and example.com would be two origins, and two connections.
  parsed.hostname = parsed.hostname.replace(/\.$/, '');
  parsed.hash = '';
  return { parsed, host };
}

function checkMethod(method: string): string {
  if (!token.test(method)) throw bad('the method is not an HTTP token');
  const upper = method.toUpperCase();
  if (/^(CONNECT|TRACE|TRACK)$/.test(upper)) throw bad(`the method ${upper} can't be used`);
  return /^(DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT)$/.test(upper) ? upper : method;
}

function checkHeaders(headers: EgressRequest['headers']): EgressRequest['headers'] {
  if (headers.length > maxHeaders) throw bad(`a request has more than ${maxHeaders} headers`);
  const checked = headers.map(([name, value]): [string, string] => {
    if (!token.test(name)) throw bad('a header has a name that is not an HTTP token');
    const lower = name.toLowerCase();
    if (reserved.test(lower)) throw bad(`the header ${lower} can't be set by connector code`);
    const trimmed = value.replace(/^[\t\r\n ]+|[\t\r\n ]+$/g, '');
    if (!fieldValue.test(trimmed)) {
      throw bad(`the header ${lower} has a control character, or one beyond U+00FF`);
    }
    return [name, trimmed];
  });
  const bytes = checked.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  if (bytes > maxHeaderBytes) throw bad(`the headers have more than ${maxHeaderBytes} bytes`);
  return checked;
}

function bad(message: string): EgressError {
  return new EgressError('remote.bad_request', message);
}
