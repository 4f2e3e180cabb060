import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { customAlphabet } from 'nanoid';
import { isId, newId } from '../common/ids.js';
import { behind, pageOf, type Page, type PageRequest } from '../common/paging.js';
import { DbService } from '../db/db.service.js';
import { ApiTokenNotFoundError } from './auth.errors.js';
import { RecentCallers, type KnownCaller } from './recent-callers.js';

const LIFETIME_MS = 180 * 24 * 60 * 60 * 1000;
/** 40 characters of 62: 238 bits, so that a plain hash is enough to keep it by. */
const random = customAlphabet('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', 40);

export interface ApiToken {
  id: string;
  name: string | null;
  createdAt: Date;
  expiresAt: Date;
}

const SHOWN = { id: true, name: true, createdAt: true, expiresAt: true } as const;

/** API tokens: shown once when they are made, kept as a hash, valid for 180 days. */
@Injectable()
export class ApiTokenService {
  constructor(
    private readonly db: DbService,
    private readonly recent: RecentCallers,
  ) {}

  async create(userId: string, name: string | null): Promise<ApiToken & { token: string }> {
    const token = `ccs_${random()}`;
    const made = await this.db.apiToken.create({
      data: {
        id: newId('atk'),
        userId,
        name,
        hash: hash(token),
        expiresAt: new Date(Date.now() + LIFETIME_MS),
      },
      select: SHOWN,
    });
    return { ...made, token };
  }

  /**
   * The id of the user whose token this is; null where it is unknown, revoked or expired. Where it may
   * be from memory, a token that another process revoked counts for at most half a second more.
   */
  async ownerOf(token: string, fromMemory: boolean): Promise<string | null> {
    const digest = hash(token);
    const lookUp = () => this.callerOf(digest);
    const found = await (fromMemory
      ? this.recent.find(`token ${Buffer.from(digest).toString('base64')}`, lookUp)
      : lookUp());
    return found && found.expiresAt > Date.now() ? found.userId : null;
  }

  async list(userId: string, page: PageRequest): Promise<Page<ApiToken>> {
    const rows = await this.db.apiToken.findMany({
      where: { userId, ...(page.after ? { OR: behind(page.after) } : {}) },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: page.limit + 1,
      select: SHOWN,
    });
    return pageOf(rows, page.limit);
  }

  async revoke(userId: string, id: string): Promise<void> {
    const { count } = isId('atk', id)
      ? await this.db.apiToken.deleteMany({ where: { id, userId } })
      : { count: 0 };
    if (count === 0) throw new ApiTokenNotFoundError();
    this.recent.forgetAll();
  }

  private async callerOf(hash: Uint8Array<ArrayBuffer>): Promise<KnownCaller | null> {
    const found = await this.db.apiToken.findUnique({
      where: { hash },
      select: { userId: true, expiresAt: true },
    });
    return found && { userId: found.userId, expiresAt: found.expiresAt.getTime() };
  }
}

function hash(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest());
}
