import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isId, newId } from '../common/ids.js';
import { DbService } from '../db/db.service.js';
import { RecentCallers, type KnownCaller } from './recent-callers.js';

export interface User {
  id: string;
  createdAt: Date;
}

/** Users: who they are to the service, and that they are gone with all that is theirs. */
@Injectable()
export class UserService {
  constructor(
    private readonly db: DbService,
    private readonly recent: RecentCallers,
  ) {}

  /** The user of this id, or null. */
  async find(id: string): Promise<User | null> {
    if (!isId('usr', id)) return null;
    return this.db.user.findUnique({ where: { id }, select: { id: true, createdAt: true } });
  }

  /** Whether there is this user. From memory, one that another process removed is there for half a second more. */
  async exists(id: string, fromMemory: boolean): Promise<boolean> {
    if (!isId('usr', id)) return false;
    const lookUp = async () => known((await this.find(id))?.id);
    return (await (fromMemory ? this.recent.find(`user ${id}`, lookUp) : lookUp())) !== null;
  }

  /**
   * The id of the user with this identity, made on its first call; two first calls make one. From memory,
   * a user that another process removed is there for half a second more.
   */
  async ofIdentity(issuer: string, subject: string, fromMemory: boolean): Promise<string> {
    if (!fromMemory) return this.findOrMake(issuer, subject);
    const identity = createHash('sha256')
      .update(JSON.stringify([issuer, subject]))
      .digest('base64');
    const found = await this.recent.find(`identity ${identity}`, async () =>
      known(await this.findOrMake(issuer, subject)),
    );
    return found?.userId ?? this.findOrMake(issuer, subject);
  }

  private async findOrMake(issuer: string, subject: string): Promise<string> {
    const where = { issuer_subject: { issuer, subject } };
    const known = await this.db.user.findUnique({ where, select: { id: true } });
    if (known) return known.id;
    await this.db.user.createMany({
      data: [{ id: newId('usr'), issuer, subject }],
      skipDuplicates: true,
    });
    return (await this.db.user.findUniqueOrThrow({ where, select: { id: true } })).id;
  }

  /** The id of the user with this name, made where there is none. Two calls at once make one. */
  async named(name: string): Promise<string> {
    await this.db.user.createMany({ data: [{ id: newId('usr'), name }], skipDuplicates: true });
    return (await this.db.user.findUniqueOrThrow({ where: { name }, select: { id: true } })).id;
  }

  async count(): Promise<number> {
    return this.db.user.count();
  }

  /** Removes a user and all that is theirs, in one transaction. */
  async remove(id: string): Promise<void> {
    await this.db.user.deleteMany({ where: { id } });
    this.recent.forgetAll();
  }
}

function known(userId: string | undefined): KnownCaller | null {
  return userId === undefined ? null : { userId, expiresAt: Infinity };
}
