import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThan, MoreThan } from 'typeorm';
import { SessionEntity, UserEntity } from '#libs/persistence';
import { ACCESS_PUBLISHER, type AccessPublisher } from './access.tokens.js';
import { hashToken, randomToken } from './credential.js';

/** Who is signed in. */
export interface SessionView {
  id: string;
  userId: string;
  login: string;
  role: string;
  expiresAt: Date;
}

export const SESSION_HOURS = 12;

/** Sessions of signed-in browsers; the cookie holds the token, the table only its SHA-256. */
@Injectable()
export class Sessions {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(ACCESS_PUBLISHER) private readonly publish: AccessPublisher,
  ) {}

  /** Opens a session; the token is shown once. Sessions that are over are removed on the way. */
  async open(userId: string, now = new Date()): Promise<{ token: string; expiresAt: Date }> {
    const token = randomToken();
    const expiresAt = new Date(now.getTime() + SESSION_HOURS * 3_600_000);
    await this.dataSource.manager.delete(SessionEntity, { expiresAt: LessThan(now) });
    await this.dataSource.manager.insert(SessionEntity, {
      id: randomUUID(),
      hash: hashToken(token),
      userId,
      expiresAt,
    });
    return { token, expiresAt };
  }

  async find(token: string, now = new Date()): Promise<SessionView | null> {
    const manager = this.dataSource.manager;
    const session = await manager.findOneBy(SessionEntity, { hash: hashToken(token), expiresAt: MoreThan(now) });
    const user = session && (await manager.findOneBy(UserEntity, { id: session.userId }));
    if (!session || !user || user.disabledAt) return null;
    return { id: session.id, userId: user.id, login: user.login, role: user.role, expiresAt: session.expiresAt };
  }

  async close(token: string): Promise<void> {
    const found = await this.dataSource.manager.findOneBy(SessionEntity, { hash: hashToken(token) });
    if (!found) return;
    await this.dataSource.manager.delete(SessionEntity, { id: found.id });
    await this.publish({ kind: 'session', id: found.id });
  }
}
