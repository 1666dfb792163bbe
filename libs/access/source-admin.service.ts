import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { AuditEntity, DeviceEntity, SourceEntity, SourceKeyEntity } from '#libs/persistence';
import { AccessError } from './access.error.js';
import { ACCESS_PUBLISHER, ACCESS_SECRET, type AccessPublisher } from './access.tokens.js';
import { hashToken, newSourceKey, signingSecret } from './credential.js';
import { checkUnits } from './known-units.js';

export interface NewSource {
  /** 2 to 60 of a–z, 0–9, `-`, `_`, `.`. */
  id: string;
  name: string;
  /** Event types; `*` at the end of a pattern matches the rest. */
  types: string[];
  /** Unit codes, each with all below; `*`: all, and events without a unit. */
  units: string[];
  /** Promised seconds between events. */
  every?: number;
  /** Events a second. */
  rate?: number;
  simulated?: boolean;
}

/** A key as it is shown, once. */
export interface IssuedKey {
  source: string;
  keyId: string;
  key: string;
  /** For Standard Webhooks signatures instead of the key. */
  signingSecret: string;
}

export interface SourceView {
  id: string;
  name: string;
  types: string[];
  units: string[];
  every: number;
  rate: number | null;
  simulated: boolean;
  disabledAt: Date | null;
  createdAt: Date;
  /** Live keys, oldest first. */
  keys: { id: string; createdAt: Date }[];
}

export type NewDevice = Pick<DeviceEntity, 'sourceId' | 'address' | 'type'> &
  Partial<Pick<DeviceEntity, 'subject' | 'unit' | 'fields' | 'constants'>>;

/** Two live keys let a source change over without a gap; a third would only be a forgotten one. */
const MAX_LIVE_KEYS = 2;
const ID = /^[a-z0-9][a-z0-9._-]{1,59}$/;
const TYPE = /^(\*|[a-z0-9.-]+\.\*|[a-z0-9.-]+)$/;
const UNIT = /^(\*|(former:)?[0-9A-Z]{1,10})$/;
const ADDRESS = /^(tts:[^\s/]{1,80}\/[^\s/]{1,80}|sta:[^\s]{1,80})$/;

/**
 * Changes sources, keys and devices. Each change is one transaction with its audit entry, and is then published, so
 * that it holds at every door within a second. `actor`: login, `cli` or `system`. Throws `AccessError`.
 */
@Injectable()
export class SourceAdmin {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(ACCESS_SECRET) private readonly secret: string,
    @Inject(ACCESS_PUBLISHER) private readonly publish: AccessPublisher,
  ) {}

  async add(source: NewSource, actor: string): Promise<IssuedKey> {
    check(source);
    return this.change(
      source.id,
      actor,
      'source.add',
      { types: source.types, units: source.units },
      async (manager) => {
        if (await manager.existsBy(SourceEntity, { id: source.id })) {
          throw new AccessError('conflict', `there is already a source "${source.id}"`);
        }
        await checkUnits(manager, source.units);
        await manager.insert(SourceEntity, {
          id: source.id,
          name: source.name,
          types: source.types,
          units: source.units,
          every: source.every ?? 3600,
          rate: source.rate ?? null,
          simulated: source.simulated ?? false,
        });
        return this.issue(manager, source.id);
      },
    );
  }

  async list(): Promise<SourceView[]> {
    const [sources, keys] = await Promise.all([
      this.dataSource.manager.find(SourceEntity, { order: { id: 'ASC' } }),
      this.dataSource.manager.find(SourceKeyEntity, { where: { revokedAt: IsNull() }, order: { createdAt: 'ASC' } }),
    ]);
    return sources.map((source) => ({
      id: source.id,
      name: source.name,
      types: source.types,
      units: source.units,
      every: source.every,
      rate: source.rate,
      simulated: source.simulated,
      disabledAt: source.disabledAt,
      createdAt: source.createdAt,
      keys: keys.filter((key) => key.sourceId === source.id).map(({ id, createdAt }) => ({ id, createdAt })),
    }));
  }

  /** A second key beside the first; revoke the old one when the source has changed over. */
  async rotate(sourceId: string, actor: string): Promise<IssuedKey> {
    return this.change(sourceId, actor, 'source.rotate', {}, async (manager) => {
      await lockSource(manager, sourceId);
      const live = await manager.countBy(SourceKeyEntity, { sourceId, revokedAt: IsNull() });
      if (live >= MAX_LIVE_KEYS) {
        throw new AccessError('conflict', `"${sourceId}" has ${live} live keys; revoke one of them first`);
      }
      return this.issue(manager, sourceId);
    });
  }

  /** Revokes one key, or all of the source. Resolves to how many were live. */
  async revoke(sourceId: string, keyId: string | undefined, actor: string): Promise<number> {
    return this.change(sourceId, actor, 'source.revoke', { key: keyId ?? 'all' }, async (manager) => {
      await lockSource(manager, sourceId);
      const which = { sourceId, revokedAt: IsNull(), ...(keyId === undefined ? {} : { id: keyId }) };
      const { affected } = await manager.update(SourceKeyEntity, which, { revokedAt: new Date() });
      if (keyId !== undefined && !affected)
        throw new AccessError('not-found', `"${sourceId}" has no live key "${keyId}"`);
      return affected ?? 0;
    });
  }

  /** Shuts the door for a source, or opens it again; its keys stay. */
  async disable(sourceId: string, disabled: boolean, actor: string): Promise<void> {
    await this.change(sourceId, actor, disabled ? 'source.disable' : 'source.enable', {}, async (manager) => {
      await lockSource(manager, sourceId);
      await manager.update(SourceEntity, { id: sourceId }, { disabledAt: disabled ? new Date() : null });
    });
  }

  /** Adds a device, or changes the one at its address. */
  async addDevice(device: NewDevice, actor: string): Promise<void> {
    if (!ADDRESS.test(device.address)) {
      throw new AccessError('invalid', 'address must be tts:<application>/<device> or sta:<datastream>');
    }
    await this.change(device.sourceId, actor, 'device.add', { address: device.address }, async (manager) => {
      await lockSource(manager, device.sourceId);
      await manager.upsert(
        DeviceEntity,
        {
          sourceId: device.sourceId,
          address: device.address,
          type: device.type,
          subject: device.subject ?? null,
          unit: device.unit ?? null,
          fields: device.fields ?? {},
          constants: (device.constants ?? {}) as Record<string, never>,
        },
        ['sourceId', 'address'],
      );
    });
  }

  async listDevices(sourceId?: string): Promise<DeviceEntity[]> {
    const where = sourceId === undefined ? {} : { sourceId };
    return this.dataSource.manager.find(DeviceEntity, { where, order: { sourceId: 'ASC', address: 'ASC' } });
  }

  private async issue(manager: EntityManager, sourceId: string): Promise<IssuedKey> {
    const { keyId, key } = newSourceKey();
    await manager.insert(SourceKeyEntity, { id: keyId, sourceId, hash: hashToken(key) });
    return { source: sourceId, keyId, key, signingSecret: signingSecret(this.secret, keyId) };
  }

  private async change<R>(
    object: string,
    actor: string,
    action: string,
    detail: Record<string, unknown>,
    work: (manager: EntityManager) => Promise<R>,
  ): Promise<R> {
    const result = await this.dataSource.transaction(async (manager) => {
      const done = await work(manager);
      await manager.insert(AuditEntity, { actor, action, object, detail: detail as Record<string, never> });
      return done;
    });
    await this.publish({ kind: action.startsWith('device') ? 'device' : 'source', id: object });
    return result;
  }
}

async function lockSource(manager: EntityManager, id: string): Promise<void> {
  const found = await manager.findOne(SourceEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!found) throw new AccessError('not-found', `there is no source "${id}"`);
}

function check(source: NewSource): void {
  const fail = (message: string): never => {
    throw new AccessError('invalid', message);
  };
  const list = (values: readonly string[], pattern: RegExp): boolean =>
    values.length > 0 && values.length <= 100 && values.every((value) => pattern.test(value));
  const whole = (value: number | undefined): boolean =>
    value === undefined || (Number.isInteger(value) && value >= 1 && value <= 10_000_000);
  if (!ID.test(source.id)) fail('id must be 2 to 60 of a-z, 0-9, "-", "_", ".", starting with a letter or digit');
  if (source.name.trim() === '' || source.name.length > 200) fail('name must have 1 to 200 characters');
  if (!list(source.types, TYPE)) fail('types must be event types, or patterns such as vn.ioc.example.*');
  if (!list(source.units, UNIT)) fail('units must be unit codes, former:<code>, or *');
  if (!whole(source.every)) fail('every must be a whole number of seconds');
  if (!whole(source.rate)) fail('rate must be a whole number of events a second');
}
