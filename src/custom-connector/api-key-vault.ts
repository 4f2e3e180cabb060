import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DbService } from '../db/db.service.js';
import { KeyRing } from '../db/key-ring.js';

/** How a connector's key lies in its row. */
export interface StoredKey {
  apiKey: Uint8Array<ArrayBuffer> | null;
  apiKeyId: string | null;
}

const BATCH = 200;

/** Rows need encryption keys that the settings don't have. */
export class MissingEncryptionKeyError extends Error {
  override readonly name = 'MissingEncryptionKeyError';
  constructor(count: number) {
    super(
      `ENCRYPTION_KEYS lacks ${count === 1 ? 'a key' : `${count} keys`} that stored secrets need: ` +
        'add what was there before, behind the newest.',
    );
  }
}

/** The connectors' API keys at rest. */
@Injectable()
export class ApiKeyVault implements OnModuleInit {
  constructor(
    private readonly db: DbService,
    private readonly ring: KeyRing,
  ) {}

  /** Fails the start where some stored key could not be decrypted later. */
  async onModuleInit(): Promise<void> {
    const used = await this.db.customConnector.findMany({
      where: { apiKeyId: { not: null } },
      distinct: ['apiKeyId'],
      select: { apiKeyId: true },
    });
    const missing = used.filter(({ apiKeyId }) => apiKeyId !== null && !this.ring.has(apiKeyId));
    if (missing.length > 0) throw new MissingEncryptionKeyError(missing.length);
  }

  seal(connectorId: string, key: string | null): StoredKey {
    if (key === null) return { apiKey: null, apiKeyId: null };
    const { keyId, bytes } = this.ring.seal(key, connectorId);
    return { apiKey: bytes, apiKeyId: keyId };
  }

  unseal(connectorId: string, { apiKey, apiKeyId }: StoredKey): string | null {
    if (apiKey === null || apiKeyId === null) return null;
    return this.ring.unseal({ keyId: apiKeyId, bytes: apiKey }, connectorId);
  }

  /** Encrypts every stored key anew with the first of the ring; gives how many were not yet so. */
  async rotate(): Promise<number> {
    let rotated = 0;
    for (let lastId = ''; ;) {
      const rows = await this.db.customConnector.findMany({
        where: { id: { gt: lastId }, apiKeyId: { not: this.ring.newest } },
        orderBy: { id: 'asc' },
        take: BATCH,
        select: { id: true, apiKey: true, apiKeyId: true },
      });
      for (const { id, apiKey, apiKeyId } of rows) {
        const sealed = this.seal(id, this.unseal(id, { apiKey, apiKeyId }));
        // A key that was changed meanwhile was encrypted by a running service: it stays.
        const { count } = await this.db.customConnector.updateMany({
          where: { id, apiKey },
          data: sealed,
        });
        rotated += count;
      }
      const last = rows.at(-1);
      if (!last) return rotated;
      lastId = last.id;
    }
  }
}
