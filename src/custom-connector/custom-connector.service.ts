import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { isId, newId } from '../common/ids.js';
import type { Page, PageRequest } from '../common/paging.js';
import { InvalidRequestError, PreconditionFailedError } from '../common/request.errors.js';
import { DbService } from '../db/db.service.js';
import type { Prisma } from '../db/generated/client.js';
import { Quotas } from '../quotas/quotas.js';
import { ApiKeyVault, type StoredKey } from './api-key-vault.js';
import { isMask, maskOf } from './api-key-mask.js';
import { checkTogether } from './check-definition.js';
import { findPage, findRow, lockRow, type ConnectorRow } from './connector-rows.js';
import { ConnectorNotFoundError, VersionNotFoundError } from './custom-connector.errors.js';
import {
  EMPTY_DEFINITION,
  type ConnectorChange,
  type ConnectorDefinition,
  type CustomConnector,
  type RunnableConnector,
} from './custom-connector.types.js';
import {
  definitionColumns,
  definitionJson,
  definitionOf,
  mergeDefinition,
} from './definition-columns.js';
import { matches } from './etag.js';

/** How many versions before the present one are kept. */
const KEPT_VERSIONS = 100;

export type Transaction = Prisma.TransactionClient;

/** Custom connectors and their keys; each method sees those of one user alone. */
@Injectable()
export class CustomConnectorService {
  constructor(
    private readonly db: DbService,
    private readonly vault: ApiKeyVault,
    private readonly quotas: Quotas,
  ) {}

  /** Throws a ConnectorQuotaError where the user may have no further one. */
  async create(userId: string, change: ConnectorChange): Promise<CustomConnector> {
    const id = newId('cuc');
    const { name = '', apiKey, ...rest } = change;
    const definition = mergeDefinition(EMPTY_DEFINITION, rest);
    const data = {
      ...{ id, userId, name, version: 1, ...definitionColumns(definition) },
      ...this.vault.seal(id, apiKey || null),
      versions: { create: { version: 1, name, definition: definitionJson(definition) } },
    };
    if (this.quotas.limits.connectors === null) {
      return this.show(await this.db.customConnector.create({ data }));
    }
    return this.db.transaction(async (tx) => {
      await this.quotas.admitConnector(tx, userId);
      return this.show(await tx.customConnector.create({ data }));
    });
  }

  async get(userId: string, id: string): Promise<CustomConnector> {
    return this.show(await this.find(userId, id));
  }

  async list(userId: string, page: PageRequest): Promise<Page<CustomConnector>> {
    const { items, next } = await findPage(this.db, userId, page);
    return { items: items.map((row) => this.show(row)), ...(next ? { next } : {}) };
  }

  /** Sets what the change names. A change that changes nothing makes no version. */
  async update(
    userId: string,
    id: string,
    change: ConnectorChange,
    ifMatch?: string,
  ): Promise<CustomConnector> {
    return this.db.transaction(async (tx) => {
      const row = await this.lock(tx, userId, id, ifMatch);
      const { name = row.name, apiKey, ...rest } = change;
      const before = definitionOf(row);
      const definition = mergeDefinition(before, rest);
      const faults = checkTogether(definition);
      if (faults.length > 0) throw new InvalidRequestError(faults);
      const key = this.changedKey(row, apiKey);
      const same = name === row.name && isDeepStrictEqual(before, definition) && key === undefined;
      return same ? this.show(row) : this.write(tx, row, name, definition, key ?? {});
    });
  }

  /** Removes a connector with all its versions. */
  async remove(userId: string, id: string, ifMatch?: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      await this.lock(tx, userId, id, ifMatch);
      await tx.customConnector.delete({ where: { id } });
    });
  }

  /** The connector as one version has it, with its present key in clear, for a run. */
  async forRun(userId: string, id: string, version?: number): Promise<RunnableConnector> {
    const row = await this.find(userId, id);
    const apiKey = this.vault.unseal(id, row);
    if (version === undefined || version === row.version) {
      return { id, userId, version: row.version, apiKey, definition: definitionOf(row) };
    }
    const kept = await this.db.customConnectorVersion.findUnique({
      where: { connectorId_version: { connectorId: id, version } },
    });
    if (kept === null) throw new VersionNotFoundError();
    return { id, userId, version, apiKey, definition: definitionOf(kept) };
  }

  /** Throws a ConnectorNotFoundError where the user has no connector of this id. */
  async requireOwn(db: Transaction, userId: string, id: string): Promise<void> {
    const count = isId('cuc', id) ? await db.customConnector.count({ where: { id, userId } }) : 0;
    if (count === 0) throw new ConnectorNotFoundError();
  }

  /** Locks a connector's row for the transaction, so that changes to it come one after another. */
  async lock(tx: Transaction, userId: string, id: string, ifMatch?: string): Promise<ConnectorRow> {
    const row = found(isId('cuc', id) ? await lockRow(tx, userId, id) : undefined);
    if (!matches(ifMatch, row.version)) throw new PreconditionFailedError();
    return row;
  }

  /** Writes the next version of a locked connector, and forgets the one that is kept no longer. */
  async write(
    tx: Transaction,
    { id, version: before }: ConnectorRow,
    name: string,
    definition: ConnectorDefinition,
    key: Partial<StoredKey>,
  ): Promise<CustomConnector> {
    const version = before + 1;
    await tx.customConnectorVersion.create({
      data: { connectorId: id, version, name, definition: definitionJson(definition) },
    });
    // Before that there is none to forget, and a change is one statement less.
    if (before > KEPT_VERSIONS) {
      await tx.customConnectorVersion.deleteMany({
        where: { connectorId: id, version: { lt: version - KEPT_VERSIONS } },
      });
    }
    const row = await tx.customConnector.update({
      where: { id },
      data: { version, name, ...definitionColumns(definition), ...key, updatedAt: new Date() },
    });
    return this.show(row);
  }

  private async find(userId: string, id: string): Promise<ConnectorRow> {
    return found(isId('cuc', id) ? await findRow(this.db, userId, id) : undefined);
  }

  /** The new key as it is stored; undefined where it stays as it is. */
  private changedKey(row: ConnectorRow, apiKey: string | null | undefined): StoredKey | undefined {
    if (apiKey === undefined) return undefined;
    const present = this.vault.unseal(row.id, row);
    if (apiKey !== null && isMask(apiKey)) {
      if (present !== null && apiKey === maskOf(present)) return undefined;
      throw new InvalidRequestError([
        { pointer: '/apiKey', detail: 'looks like a mask, but is not that of the stored key' },
      ]);
    }
    const next = apiKey || null;
    return next === present ? undefined : this.vault.seal(row.id, next);
  }

  private show(row: ConnectorRow): CustomConnector {
    const key = this.vault.unseal(row.id, row);
    return {
      id: row.id,
      name: row.name,
      apiKey: key === null ? null : maskOf(key),
      ...definitionOf(row),
      version: row.version,
      createdAt: row.createdAt,
      updatedAt: row.updatedAt,
    };
  }
}

function found(row: ConnectorRow | undefined): ConnectorRow {
  if (row === undefined) throw new ConnectorNotFoundError();
  return row;
}
