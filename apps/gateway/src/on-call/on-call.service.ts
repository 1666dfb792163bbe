import {
  faultsOfPolicy,
  faultsOfSchedule,
  faultsOfSettings,
  type OnCallWorld,
  type Shift,
  shiftsOf,
} from '#libs/alerting';
import type { AlertSettings, OnCallFault, Policy, Schedule } from '#libs/contracts';
import type { LiveBus } from '#libs/live';
import {
  changeOnCall,
  loadAlertSettings,
  loadDirectory,
  loadOnCall,
  RuleEntity,
  VersionConflict,
  type OnCallSetup,
  type OnCallWriter,
} from '#libs/persistence';
import { CLOCK, type Clock, ProblemError } from '#libs/platform';
import { Catalogue, holidayTest } from '#libs/sector-kit';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { UnitDirectory } from '#libs/access';
import { BUS, UNITS } from '../gateway.tokens.js';
import { stepsNow, type NowView, scheduleNow } from './now.js';
import { refuseUsed, usersOfTarget } from './still-used.js';

/** A setup as it is stored, or as somebody would like it; versions play no part. */
export interface Wanted {
  schedules: readonly Schedule[];
  policies: readonly Policy[];
  settings: AlertSettings;
}

/** Setups are read whole and compared at every save: bounded. */
const MOST_OF_EACH = 100;

/** Who is told, and who when nobody answers: reading, checking and saving. */
@Injectable()
export class OnCall {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(UNITS) private readonly units: UnitDirectory,
    @Inject(BUS) private readonly bus: LiveBus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  setup(): Promise<OnCallSetup> {
    return loadOnCall(this.dataSource.manager);
  }

  settings(): ReturnType<typeof loadAlertSettings> {
    return loadAlertSettings(this.dataSource.manager);
  }

  /** Everything wrong with the setup, or with what it would be with these changes; paths begin with what they are in. */
  async check(changes: Partial<Wanted>): Promise<OnCallFault[]> {
    const setup = await this.setup();
    const wanted: Wanted = {
      schedules: overlaid(setup.schedules, changes.schedules ?? []),
      policies: overlaid(setup.policies, changes.policies ?? []),
      settings: changes.settings ?? setup.settings,
    };
    const world = await this.world(this.dataSource.manager, wanted);
    const now = this.clock.now();
    const within = (prefix: string, faults: readonly OnCallFault[]): OnCallFault[] =>
      faults.map((fault) => ({ ...fault, path: `${prefix}${fault.path}` }));
    // What is wrong with a schedule is told there; a policy over it is looked at when its times can be read.
    const schedules = wanted.schedules.map((each) => [each.id, faultsOfSchedule(each, world, now)] as const);
    const broken = new Set(schedules.filter(([, own]) => own.some(({ level }) => level === 'error')).map(([id]) => id));
    const readable = { ...world, schedules: wanted.schedules.map((each) => (broken.has(each.id) ? bare(each) : each)) };
    return [
      ...schedules.flatMap(([id, own]) => within(`/schedules/${id}`, own)),
      ...wanted.policies.flatMap((each) => within(`/policies/${each.id}`, faultsOfPolicy(each, readable, now))),
      ...within('/settings', faultsOfSettings(wanted.settings, readable, now)),
    ];
  }

  /** Who is on call now, and whom each policy would tell of a critical alert. */
  async now(): Promise<NowView> {
    const { schedules, policies, settings } = await this.setup();
    const at = this.clock.now();
    const isHoliday = holidayTest(settings.holidays);
    const directory = await loadDirectory(this.dataSource.manager, schedules, isHoliday);
    return {
      at,
      schedules: schedules.map((each) => scheduleNow(each, directory, at)),
      policies: policies.map((each) => stepsNow(each, directory, at)),
      channels: directory.channels.map(({ id, kind, name }) => ({ id, kind, name })),
      fallback: stepsNow({ id: 'fallback', name: '', steps: [{ after: 0, to: settings.fallback }] }, directory, at)
        .steps,
    };
  }

  /** Who is on call in a span, and who would be by each layer alone. */
  async shifts(id: string, from: number, to: number): Promise<{ shifts: Shift[]; layers: Shift[][] }> {
    const { schedules, settings } = await this.setup();
    const schedule = schedules.find((each) => each.id === id);
    if (!schedule) throw new ProblemError(404, 'not-found', undefined, `There is no schedule "${id}".`);
    const isHoliday = holidayTest(settings.holidays);
    const alone = schedule.layers.map((layer) => ({ ...schedule, layers: [layer], overrides: [] }));
    return {
      shifts: shiftsOf(schedule, from, to, isHoliday),
      layers: alone.map((each, layer) =>
        shiftsOf(each, from, to, isHoliday).map((shift) => (shift.person === null ? shift : { ...shift, layer })),
      ),
    };
  }

  /** Saves a part when nothing is wrong with it; what leaves a hole only is answered as a warning. */
  saveSchedule(schedule: Schedule, version: number, actor: string): Promise<Saved> {
    return this.change(async (setup, write) => {
      if (version === 0) roomFor(setup.schedules);
      const schedules = overlaid(setup.schedules, [schedule]);
      const world = await this.world(write.manager, { ...setup, schedules });
      const faults = refuseErrors(faultsOfSchedule(schedule, world, this.clock.now()));
      return { version: await write.saveSchedule(schedule, version, actor), faults };
    });
  }

  savePolicy(policy: Policy, version: number, actor: string): Promise<Saved> {
    return this.change(async (setup, write) => {
      if (version === 0) roomFor(setup.policies);
      const policies = overlaid(setup.policies, [policy]);
      const world = await this.world(write.manager, { ...setup, policies });
      const faults = refuseErrors(faultsOfPolicy(policy, world, this.clock.now()));
      return { version: await write.savePolicy(policy, version, actor), faults };
    });
  }

  saveSettings(settings: AlertSettings, version: number, actor: string): Promise<Saved> {
    return this.change(async (setup, write) => {
      const world = await this.world(write.manager, { ...setup, settings });
      const faults = refuseErrors(faultsOfSettings(settings, world, this.clock.now()));
      return { version: await write.saveSettings(settings, version, actor), faults };
    });
  }

  /** Removes what nothing names any more. */
  remove(kind: 'schedule' | 'policy', id: string, version: number, actor: string): Promise<void> {
    return this.change(async (setup, write) => {
      refuseUsed(kind === 'schedule' ? usersOfTarget({ schedule: id }, setup) : usersOfPolicy(id, setup));
      await write.remove(kind, id, version, actor);
    });
  }

  /** Changes a schedule from what it is; for overrides, which two people may add at a time. */
  changeSchedule(id: string, actor: string, change: (schedule: Schedule) => Schedule): Promise<Saved> {
    return this.change(async (setup, write) => {
      const found = setup.schedules.find((each) => each.id === id);
      if (!found) throw new ProblemError(404, 'not-found', undefined, `There is no schedule "${id}".`);
      const { version, ...schedule } = found;
      const changed = change(schedule);
      const world = await this.world(write.manager, { ...setup, schedules: overlaid(setup.schedules, [changed]) });
      const faults = refuseErrors(faultsOfSchedule(changed, world, this.clock.now()).filter(isOfOverride));
      return { version: await write.saveSchedule(changed, version, actor), faults };
    });
  }

  private async change<R>(work: (setup: OnCallSetup, write: OnCallWriter) => Promise<R>): Promise<R> {
    let result: R;
    try {
      result = await changeOnCall(this.dataSource, work);
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
      const detail = `Somebody else changed it meanwhile: ${error.message}. Load it again.`;
      throw new ProblemError(409, 'version-conflict', undefined, detail, { current: error.current });
    }
    await this.bus.publish('alerts', { ids: [], more: false, setup: true });
    return result;
  }

  private async world(manager: EntityManager, wanted: Wanted): Promise<OnCallWorld> {
    const isHoliday = holidayTest(wanted.settings.holidays);
    const directory = await loadDirectory(manager, wanted.schedules, isHoliday);
    const rules = await manager.find(RuleEntity, { select: { id: true }, where: { removedAt: IsNull() } });
    const sectors = this.catalogue.packs.map(({ id }) => id);
    const known = new Set(rules.map(({ id }) => id));
    return {
      ...directory,
      policies: wanted.policies.map(({ id }) => id),
      sectors,
      isRule: (id) => known.has(id) || this.catalogue.rule(id) !== undefined,
      isUnit: (code) => this.units.has(code),
      mergedInto: (code) => this.units.mergedInto(code),
      isUnitWithin: (unit, above) => this.units.isNamed(unit, above),
    };
  }
}

/** What a save answers: the version that it has now, and what it leaves open. */
export interface Saved {
  version: number;
  faults: readonly OnCallFault[];
}

const isOfOverride = ({ path }: OnCallFault): boolean => path.startsWith('/overrides');

/** Nobody's: its times cannot be read. */
const bare = (schedule: Schedule): Schedule => ({ ...schedule, layers: [], overrides: [] });

function overlaid<T extends { id: string }>(stored: readonly T[], changes: readonly T[]): T[] {
  const changed = new Set(changes.map(({ id }) => id));
  return [...stored.filter(({ id }) => !changed.has(id)), ...changes];
}

function roomFor(stored: readonly unknown[]): void {
  if (stored.length < MOST_OF_EACH) return;
  throw new ProblemError(409, 'too-many', undefined, `There may be ${MOST_OF_EACH} at most; remove one first.`);
}

function refuseErrors(faults: readonly OnCallFault[]): readonly OnCallFault[] {
  const errors = faults.filter(({ level }) => level === 'error');
  if (errors.length === 0) return faults;
  const detail = errors.map(({ path, message }) => `${path}: ${message}`).join(' ');
  throw new ProblemError(400, 'setup-invalid', undefined, detail, { errors: faults });
}

const usersOfPolicy = (id: string, { settings }: OnCallSetup): string[] =>
  settings.routes.flatMap(({ policy }, i) => (policy === id ? [`/settings/routes/${i}`] : []));
