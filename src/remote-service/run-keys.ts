import { Injectable } from '@nestjs/common';
import {
  FUNCTION_NAMES,
  type RunnableConnector,
} from '../custom-connector/custom-connector.types.js';
import { parseAllowedHost } from '../egress/allowed-hosts.js';
import type { AllowedHost, EgressHooks } from '../egress/egress.types.js';
import { KeyAdmission } from '../egress/key/key-admission.js';
import { KeyStandIn } from '../egress/key/key-stand-in.js';
import { type FoundOrigins, originsIn } from '../sandbox/source/read-sources.js';

/** A connector's key as one run has it. */
export interface RunKey {
  /** What the code gets: a stand-in, the key itself where it is exposed, `''` where there is none. */
  text: string;
  standIns: string[];
  /** Puts the key in on the way out, and takes it out of what comes back. */
  hooks: EgressHooks | undefined;
  /** A text for an error or a log, with the key taken out. */
  hide: (text: string) => string;
}

const NO_KEY: RunKey = { text: '', standIns: [], hooks: undefined, hide: (text) => text };
const MOST_REMEMBERED = 1_000;

/** Of source that is not saved: whose key it may use, and where that may go. */
export interface UnsavedKey {
  apiKey: string | null;
  /** The hosts that get the key. */
  hosts: AllowedHost[];
  /** Where there are no hosts, the source whose literals name some; without it the key goes nowhere. */
  hostsFrom?: string;
  /** Whether the code gets the key itself. */
  exposed: boolean;
}

/** Gives each run a stand-in of its own for the connector's key, and says where the key may go. */
@Injectable()
export class RunKeys {
  /** By connector and version, whose source never changes; used last stands last. */
  private readonly origins = new Map<string, Promise<FoundOrigins>>();

  /** The key for a run of the connector's saved source. */
  async open(connector: RunnableConnector): Promise<RunKey> {
    const { apiKey, definition } = connector;
    if (apiKey === null || apiKey === '') return NO_KEY;
    const hosts = allowedHostsOf(connector);
    const admits =
      hosts.length > 0
        ? KeyAdmission.toHosts(hosts)
        : KeyAdmission.toOrigins(await this.originsOf(connector));
    return keyOf(apiKey, admits, definition.exposeApiKey);
  }

  /** The key for a run of source that is not saved. */
  async openUnsaved({ apiKey, hosts, hostsFrom, exposed }: UnsavedKey): Promise<RunKey> {
    if (apiKey === null || apiKey === '') return NO_KEY;
    if (hosts.length > 0 || hostsFrom === undefined) {
      return keyOf(apiKey, KeyAdmission.toHosts(hosts), exposed);
    }
    const { origins } = await originsIn([hostsFrom]);
    return keyOf(apiKey, KeyAdmission.toOrigins(origins), exposed);
  }

  private async originsOf({ id, version, definition }: RunnableConnector): Promise<string[]> {
    const name = `${id} ${version}`;
    const sources = FUNCTION_NAMES.map((functionName) => definition[functionName]);
    const found = this.origins.get(name) ?? originsIn(sources.filter((source) => source !== null));
    this.origins.delete(name);
    this.origins.set(name, found);
    const [oldest] = this.origins.keys();
    if (this.origins.size > MOST_REMEMBERED && oldest !== undefined) this.origins.delete(oldest);
    const { origins, complete } = await found;
    // The next run may find the machine less busy.
    if (!complete) this.origins.delete(name);
    return origins;
  }
}

function keyOf(apiKey: string, admits: KeyAdmission, exposed: boolean): RunKey {
  const standIn = new KeyStandIn({ apiKey, admits });
  const hide = (text: string): string => standIn.hide(text);
  if (exposed) return { ...NO_KEY, text: apiKey, hide };
  return { text: standIn.text, standIns: [...standIn.standIns], hooks: standIn, hide };
}

/** The hosts that a connector may call, as the egress knows them. */
export function allowedHostsOf({ definition }: RunnableConnector): AllowedHost[] {
  return definition.allowedHosts.map((entry) => {
    const host = parseAllowedHost(entry);
    // Checked when it was saved; were it ever not so, an entry must not be passed over.
    if (typeof host === 'string') throw new Error(`A stored allowed host is not valid: ${host}`);
    return host;
  });
}
