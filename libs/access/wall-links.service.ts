import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { AuditEntity, WallLinkEntity } from '#libs/persistence';
import { AccessError } from './access.error.js';
import { ACCESS_PUBLISHER, type AccessPublisher } from './access.tokens.js';
import { hashToken, randomToken } from './credential.js';
import { checkUnits } from './known-units.js';

export interface NewWallLink {
  name: string;
  /** Sector ids; `*`: all. */
  sectors: string[];
  /** Unit codes, each with all below; `*`: all. */
  units: string[];
  expiresAt?: Date;
}

export type WallLinkView = Omit<WallLinkEntity, 'hash'>;

/** Read-only links for wall displays. */
@Injectable()
export class WallLinks {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(ACCESS_PUBLISHER) private readonly publish: AccessPublisher,
  ) {}

  /** Makes a link; its token `wall_…` is shown once. */
  async add(link: NewWallLink, actor: string): Promise<{ id: string; token: string }> {
    if (link.name.trim() === '' || link.name.length > 200)
      throw new AccessError('invalid', 'name must have 1 to 200 characters');
    if (link.sectors.length === 0 || link.units.length === 0)
      throw new AccessError('invalid', 'sectors and units must not be empty');
    await checkUnits(this.dataSource.manager, link.units);
    const id = randomUUID();
    const token = `wall_${randomToken()}`;
    await this.dataSource.transaction(async (manager) => {
      const { name, sectors, units } = link;
      await manager.insert(WallLinkEntity, {
        id,
        name,
        sectors,
        units,
        hash: hashToken(token),
        expiresAt: link.expiresAt ?? null,
      });
      await manager.insert(AuditEntity, { actor, action: 'wall-link.add', object: id, detail: { name } });
    });
    return { id, token };
  }

  /** The link of a token, unless it is revoked or over. */
  async find(token: string, now = new Date()): Promise<WallLinkView | null> {
    if (!token.startsWith('wall_')) return null;
    const found = await this.dataSource.manager.findOneBy(WallLinkEntity, {
      hash: hashToken(token),
      revokedAt: IsNull(),
    });
    return found && (found.expiresAt === null || found.expiresAt > now) ? view(found) : null;
  }

  async list(): Promise<WallLinkView[]> {
    return (await this.dataSource.manager.find(WallLinkEntity, { order: { createdAt: 'ASC' } })).map(view);
  }

  async revoke(id: string, actor: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const { affected } = await manager.update(WallLinkEntity, { id, revokedAt: IsNull() }, { revokedAt: new Date() });
      if (!affected) throw new AccessError('not-found', `there is no live wall link "${id}"`);
      await manager.insert(AuditEntity, { actor, action: 'wall-link.revoke', object: id, detail: {} });
    });
    await this.publish({ kind: 'wall-link', id });
  }
}

function view({ id, name, sectors, units, createdAt, expiresAt, revokedAt }: WallLinkEntity): WallLinkView {
  return { id, name, sectors, units, createdAt, expiresAt, revokedAt };
}
