import { DEFAULT_POLICY, DEFAULT_SETTINGS } from '#libs/alerting';
import type { AlertSettings, Policy, Schedule } from '#libs/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { AuditEntity } from '../entities/access.entity.js';
import { AlertSettingEntity, PolicyEntity, ScheduleEntity } from '../entities/on-call.entity.js';

/** Something stored, with the version that a change must name. */
export type Versioned<T> = T & { version: number };

/** Somebody else changed it meanwhile; `current` is null when it is gone. */
export class VersionConflict extends Error {
  constructor(readonly current: number | null) {
    super(current === null ? 'it is gone' : `it is at version ${current} now`);
  }
}

export interface OnCallSetup {
  schedules: Versioned<Schedule>[];
  policies: Versioned<Policy>[];
  settings: Versioned<AlertSettings>;
}

/** Row of `alert_setting` that counts the changes of all others. */
const VERSION = 'version';
const SETUP_LOCK = 726_019;

/** All that decides who is told; of one moment when `manager` holds the setup's lock. One after the other: it may have one connection only. */
export async function loadOnCall(manager: EntityManager): Promise<OnCallSetup> {
  const schedules = await manager.find(ScheduleEntity, { order: { id: 'ASC' } });
  const policies = await manager.find(PolicyEntity, { order: { id: 'ASC' } });
  const settings = await loadAlertSettings(manager);
  return {
    schedules: schedules.map(({ definition, version }) => ({ ...definition, version })),
    policies: policies.map(({ definition, version }) => ({ ...definition, version })),
    settings,
  };
}

/** The settings, each with its default where none is stored. Version 0: nothing was ever set. */
export async function loadAlertSettings(manager: EntityManager): Promise<Versioned<AlertSettings>> {
  const rows = await manager.find(AlertSettingEntity);
  const stored = Object.fromEntries(rows.map(({ name, value }) => [name, value])) as Partial<Versioned<AlertSettings>>;
  const own = Object.fromEntries(
    Object.keys(DEFAULT_SETTINGS).flatMap((name) => {
      const value = stored[name as keyof AlertSettings];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return { ...DEFAULT_SETTINGS, ...own, version: stored.version ?? 0 };
}

/**
 * Changes the setup: `work` sees it as it is and nobody else changes it meanwhile, so that what it checks of one part
 * against another still holds when it is stored.
 */
export function changeOnCall<R>(
  dataSource: DataSource,
  work: (setup: OnCallSetup, write: OnCallWriter) => Promise<R>,
): Promise<R> {
  return dataSource.transaction(async (manager) => {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [SETUP_LOCK]);
    return work(await loadOnCall(manager), new OnCallWriter(manager));
  });
}

/** Writes one change and its record, within `changeOnCall`. */
export class OnCallWriter {
  constructor(readonly manager: EntityManager) {}

  /** Version 0: a new one. Resolves to the version that it has now. @throws VersionConflict */
  async saveSchedule(schedule: Schedule, version: number, actor: string): Promise<number> {
    const next = await this.save(ScheduleEntity, schedule, version);
    await this.record(actor, 'schedule.save', schedule.id, { version: next, definition: schedule });
    return next;
  }

  /** As `saveSchedule`. */
  async savePolicy(policy: Policy, version: number, actor: string): Promise<number> {
    const next = await this.save(PolicyEntity, policy, version);
    await this.record(actor, 'policy.save', policy.id, { version: next, definition: policy });
    return next;
  }

  /** @throws VersionConflict */
  async remove(kind: 'schedule' | 'policy', id: string, version: number, actor: string): Promise<void> {
    const entity = kind === 'schedule' ? ScheduleEntity : PolicyEntity;
    const { affected } = await this.manager.delete(entity, { id, version });
    if (!affected) throw await this.conflict(entity, id);
    await this.record(actor, `${kind}.remove`, id, {});
  }

  /** @throws VersionConflict */
  async saveSettings(settings: AlertSettings, version: number, actor: string): Promise<number> {
    const now = await loadAlertSettings(this.manager);
    if (now.version !== version) throw new VersionConflict(now.version);
    const names = Object.keys(DEFAULT_SETTINGS) as (keyof AlertSettings)[];
    const changed = names.filter((name) => JSON.stringify(now[name]) !== JSON.stringify(settings[name]));
    const rows: { name: string; value: unknown }[] = names.map((name) => ({ name, value: settings[name] }));
    for (const { name, value } of [...rows, { name: VERSION, value: version + 1 }]) {
      await this.manager.query(
        'INSERT INTO alert_setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value',
        [name, JSON.stringify(value)],
      );
    }
    const detail = { version: version + 1, ...Object.fromEntries(changed.map((name) => [name, settings[name]])) };
    await this.record(actor, 'alert-settings.save', 'alert-settings', detail);
    return version + 1;
  }

  private async save(
    entity: typeof ScheduleEntity | typeof PolicyEntity,
    definition: Schedule | Policy,
    version: number,
  ): Promise<number> {
    const { id } = definition;
    if (version === 0) {
      if (await this.manager.existsBy(entity, { id })) throw await this.conflict(entity, id);
      await this.manager.insert(entity, { id, definition } as never);
      return 1;
    }
    const change = { definition, version: version + 1 } as never;
    const { affected } = await this.manager.update(entity, { id, version }, change);
    if (!affected) throw await this.conflict(entity, id);
    return version + 1;
  }

  private async conflict(entity: typeof ScheduleEntity | typeof PolicyEntity, id: string): Promise<VersionConflict> {
    return new VersionConflict((await this.manager.findOneBy(entity, { id }))?.version ?? null);
  }

  private async record(actor: string, action: string, object: string, detail: object): Promise<void> {
    await this.manager.insert(AuditEntity, { actor, action, object, detail } as never);
  }
}

/** At the first start: a policy, so that somebody is told of the first alert. What was set since stays. */
export async function ensureOnCall(dataSource: DataSource): Promise<void> {
  await changeOnCall(dataSource, async ({ policies, settings }, write) => {
    if (policies.length === 0 && settings.version === 0) await write.savePolicy(DEFAULT_POLICY, 0, 'system');
  });
}
