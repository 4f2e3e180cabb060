import { Injectable } from '@nestjs/common';
import { InvalidRequestError } from '../../common/request.errors.js';
import { isMask, maskOf } from '../../custom-connector/api-key-mask.js';
import { CustomConnectorService } from '../../custom-connector/custom-connector.service.js';
import {
  EMPTY_DEFINITION,
  type ConnectorDefinition,
  type FunctionName,
  type RunnableConnector,
} from '../../custom-connector/custom-connector.types.js';
import { allowedHostsOf, RunKeys, type RunKey } from '../../remote-service/run-keys.js';

/** What a trial is to use. */
export interface UnsavedSource {
  functionName: FunctionName;
  source: string;
  /** Lends its key, its hosts and its mappings where there are no own ones. */
  connectorId?: string;
  apiKey?: string | null;
  /** Only with an own key: a stored one goes to its connector's hosts alone. */
  allowedHosts?: string[] | null;
}

/** A function that is not saved, ready for trials. */
export interface Unsaved {
  connector: RunnableConnector;
  key: RunKey;
}

/** Puts functions that are not saved in the place of a connector's own. */
@Injectable()
export class UnsavedService {
  constructor(
    private readonly connectors: CustomConnectorService,
    private readonly keys: RunKeys,
  ) {}

  /**
   * Throws a ConnectorNotFoundError where the user has no such connector, and an InvalidRequestError
   * where the key is a mask of none.
   */
  async open(userId: string, unsaved: UnsavedSource): Promise<Unsaved> {
    const { functionName, source, connectorId, allowedHosts } = unsaved;
    const stored =
      connectorId === undefined ? null : await this.connectors.forRun(userId, connectorId);
    const own = ownKey(unsaved.apiKey, stored);
    const base = stored?.definition ?? EMPTY_DEFINITION;
    const definition: ConnectorDefinition = {
      ...base,
      [functionName]: source,
      allowedHosts: allowedHosts ?? base.allowedHosts,
    };
    const connector: RunnableConnector = {
      ...{ id: connectorId ?? '', userId, version: stored?.version ?? 0 },
      ...{ apiKey: own ?? stored?.apiKey ?? null, definition },
    };
    const key = await this.keys.openUnsaved({
      apiKey: connector.apiKey,
      hosts: allowedHostsOf(connector),
      ...(own === null ? {} : { hostsFrom: source }),
      exposed: own === null && definition.exposeApiKey,
    });
    return { connector, key };
  }

  /**
   * The same for generated code: with the stored key, in no case in clear, and for `allowedHosts`
   * alone.
   */
  async openGenerated(
    stored: RunnableConnector,
    functionName: FunctionName,
    source: string,
  ): Promise<Unsaved> {
    const definition = { ...stored.definition, [functionName]: source };
    const connector = { ...stored, definition };
    const hosts = allowedHostsOf(connector);
    const key = await this.keys.openUnsaved({ apiKey: stored.apiKey, hosts, exposed: false });
    return { connector, key };
  }
}

/** The key that came with the request; null where the stored one is to serve. */
function ownKey(
  apiKey: string | null | undefined,
  stored: RunnableConnector | null,
): string | null {
  if (apiKey === undefined || apiKey === null || apiKey === '') return null;
  if (!isMask(apiKey)) return apiKey;
  if (stored?.apiKey && maskOf(stored.apiKey) === apiKey) return null;
  const detail = 'is a mask, and not that of the key of the connector named by connectorId';
  throw new InvalidRequestError([{ pointer: '/apiKey', detail }]);
}
