import { parseAllowedHost } from '../../../egress/allowed-hosts.js';
import { ImportFault } from '../import.types.js';
import { elementsOf, entriesOf, type Members, memberOf, textOf } from './members.js';

export interface Server {
  /** Without a slash at its end. */
  baseUrl: string;
  allowedHost: string;
}

export interface ServerChoice {
  document: Members;
  /** Servers of operations or paths, used where the document has none. */
  others: unknown[];
  url?: string | undefined;
  server?: string | undefined;
}

/**
 * The server to call: the one asked for, else the document's first. Throws an ImportFault where
 * there is none, or it can't be called.
 */
export function chooseServer({ document, others, url, server }: ServerChoice): Server {
  const [first] = [...serversOf(document), ...others.flatMap((each) => addressesOf(each))];
  const asked = server === undefined ? undefined : askedServer(document, server, first);
  const address = asked ?? first;
  if (address === undefined || (url === undefined && !isAbsolute(address))) {
    throw refused(
      address === undefined
        ? 'is required, for the document names no server'
        : 'is required as an absolute URL, for the document names its server relative to its own address',
    );
  }
  if (!URL.canParse(address, url)) throw refused('is not a URL that can be called');
  return checked(new URL(address, url));
}

/** The addresses of the servers that an operation has of its own, with variables filled in. */
export function addressesOf(servers: unknown): string[] {
  return elementsOf(servers).flatMap((server) => addressOf(server) ?? []);
}

function serversOf(document: Members): string[] {
  if (document['swagger'] === undefined) return addressesOf(document['servers']);
  const host = textOf(document, 'host');
  const basePath = textOf(document, 'basePath') ?? '/';
  if (host === undefined) return [basePath];
  const schemes = elementsOf(document['schemes']).filter((s) => s === 'https' || s === 'http');
  const scheme = schemes.includes('https') ? 'https' : (schemes[0] ?? 'https');
  return [`${scheme}://${host}${basePath}`];
}

/** Variables take their default, else the first value that they may have. */
function addressOf(server: unknown): string | undefined {
  const template = textOf(server, 'url');
  if (template === undefined) return undefined;
  const variables = new Map(entriesOf(memberOf(server, 'variables')));
  return template.replace(/\{([^{}]*)\}/g, (whole, name: string) => {
    const variable = variables.get(name);
    const value = memberOf(variable, 'default') ?? elementsOf(memberOf(variable, 'enum'))[0];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : whole;
  });
}

/** What was asked for may be written as in the document, or be the place of a relative server. */
function askedServer(document: Members, server: string, first: string | undefined): string {
  const listed = elementsOf(document['servers']).find((each) => textOf(each, 'url') === server);
  const address = listed === undefined ? server : (addressOf(listed) ?? server);
  if (!isAbsolute(address) || first === undefined || isAbsolute(first)) return address;
  const isBare = URL.canParse(address) && new URL(address).pathname === '/';
  return isBare && URL.canParse(first, address) ? new URL(first, address).href : address;
}

function isAbsolute(address: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(address);
}

function checked(url: URL): Server {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refused('is not an http or https URL');
  }
  if (url.username !== '' || url.password !== '') throw refused('has a user name in it');
  if (url.search !== '' || url.hash !== '') throw refused('has a query or a fragment');
  if (/\{|%7B/i.test(url.href))
    throw refused('is required, for the document’s server has variables without a default');
  const allowedHost =
    url.protocol === 'http:' && url.port === '' ? `http://${url.hostname}` : url.host;
  if (typeof parseAllowedHost(allowedHost) === 'string')
    throw refused('has a host that can’t be called');
  return { baseUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, allowedHost };
}

function refused(detail: string): ImportFault {
  return new ImportFault({ pointer: '/server', detail });
}
