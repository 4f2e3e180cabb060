import { Injectable } from '@nestjs/common';
import { InvalidRequestError } from '../common/request.errors.js';
import { pageOf, type Page, type PageRequest } from '../common/paging.js';
import { DbService } from '../db/db.service.js';
import { VersionNotFoundError } from './custom-connector.errors.js';
import { CustomConnectorService } from './custom-connector.service.js';
import type {
  ConnectorVersion,
  CustomConnector,
  VersionSummary,
} from './custom-connector.types.js';
import { definitionOf } from './definition-columns.js';

/** The versions of a connector; each method sees the connectors of one user alone. */
@Injectable()
export class ConnectorVersionService {
  constructor(
    private readonly db: DbService,
    private readonly connectors: CustomConnectorService,
  ) {}

  /** Newest first, the present one included. A cursor's id is the number of a version. */
  async list(
    userId: string,
    connectorId: string,
    { limit, after }: PageRequest,
  ): Promise<Page<VersionSummary>> {
    await this.connectors.requireOwn(this.db, userId, connectorId);
    const rows = await this.db.customConnectorVersion.findMany({
      where: { connectorId, ...(after ? { version: { lt: versionOf(after.id) } } : {}) },
      orderBy: { version: 'desc' },
      take: limit + 1,
      select: { version: true, name: true, createdAt: true },
    });
    const page = pageOf(
      rows.map((row) => ({ ...row, id: String(row.version) })),
      limit,
    );
    return { ...page, items: page.items.map(({ id: _id, ...summary }) => summary) };
  }

  async get(userId: string, connectorId: string, version: string): Promise<ConnectorVersion> {
    await this.connectors.requireOwn(this.db, userId, connectorId);
    const row = isVersion(version)
      ? await this.db.customConnectorVersion.findUnique({
          where: { connectorId_version: { connectorId, version: Number(version) } },
        })
      : null;
    if (row === null) throw new VersionNotFoundError();
    const { name, createdAt } = row;
    return { version: row.version, name, createdAt, ...definitionOf(row) };
  }

  /** Makes what a version holds the newest version; the key stays the present one. */
  async restore(
    userId: string,
    connectorId: string,
    version: string,
    ifMatch?: string,
  ): Promise<CustomConnector> {
    return this.db.transaction(async (tx) => {
      const row = await this.connectors.lock(tx, userId, connectorId, ifMatch);
      const kept = isVersion(version)
        ? await tx.customConnectorVersion.findUnique({
            where: { connectorId_version: { connectorId, version: Number(version) } },
          })
        : null;
      if (kept === null) throw new VersionNotFoundError();
      return this.connectors.write(tx, row, kept.name, definitionOf(kept), {});
    });
  }
}

/** Whether a text is a number that a version can have (a PostgreSQL integer). */
function isVersion(text: string): boolean {
  return /^[1-9]\d{0,9}$/.test(text) && Number(text) <= 2_147_483_647;
}

function versionOf(cursor: string): number {
  if (isVersion(cursor)) return Number(cursor);
  throw new InvalidRequestError([{ parameter: 'cursor', detail: 'is not a cursor of this list' }]);
}
