import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { createHash } from 'node:crypto';
import { ENTERED, ENTERED_REVISION } from './entered.js';
import { INDICATOR_SETTINGS, indicatorSettingsOf, withIndicatorSettings } from './indicator-settings.js';
import { docsOf, type PackSettingDoc } from './pack-setting.js';
import type { SectorPack } from './sector.js';

/** A pack that has settings: made by `create` once they are known. */
export interface DefinedSector<S extends object = object> {
  settings: new () => S;
  create: (settings: S) => SectorPack;
}

/** Declares a pack whose settings (a class with class-validator decorators and defaults) an operator may override. */
export function defineSector<S extends object>(
  settings: new () => S,
  create: (settings: S) => SectorPack,
): DefinedSector {
  return { settings, create } as unknown as DefinedSector;
}

/**
 * The pack with the operator's values over the defaults: its own settings, and targets and levels of its indicators. Throws an
 * error that names the sector, the setting and what is allowed.
 */
export function createPack(sector: string, defined: SectorPack | DefinedSector, given: unknown): SectorPack {
  const fail = (what: string): never => {
    throw new Error(`settings of the sector ${sector}: ${what}`);
  };
  if (given !== undefined && (typeof given !== 'object' || given === null || Array.isArray(given)))
    fail('must be an object of settings');
  const { indicatorTargets, indicatorLevels, ...own } = (given ?? {}) as Record<string, unknown>;
  const names = 'create' in defined ? ownSettingsOf(defined).map(({ name }) => name) : [];
  for (const name of Object.keys(own))
    if (!names.includes(name)) fail(`${name} is unknown; there are ${[...names, ...INDICATOR_SETTINGS].join(', ')}`);
  const pack = 'create' in defined ? createdWith(defined, own, sector, fail) : named(sector, defined);
  return withIndicatorSettings(pack, { indicatorTargets, indicatorLevels }, fail);
}

function createdWith(
  defined: DefinedSector,
  own: Record<string, unknown>,
  sector: string,
  fail: (what: string) => never,
): SectorPack {
  const settings = plainToInstance(defined.settings, { ...new defined.settings(), ...own });
  const errors = validateSync(settings, { forbidUnknownValues: false });
  if (errors.length > 0) fail(errors.map((error) => Object.values(error.constraints ?? {}).join(', ')).join('; '));
  const pack = named(sector, defined.create(settings));
  const print = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16);
  return { ...pack, revision: `${pack.revision ?? ''}/${print}` };
}

function named(sector: string, pack: SectorPack): SectorPack {
  if (pack.id !== sector) throw new Error(`libs/sectors/${sector}: pack.id is "${pack.id}"`);
  if (!pack.projections.some(({ name }) => name === ENTERED)) return pack;
  return { ...pack, revision: `${pack.revision ?? ''}${ENTERED_REVISION}` };
}

/** Every setting of a pack with its default. */
export function packSettingsOf(defined: SectorPack | DefinedSector): (PackSettingDoc & { preset: unknown })[] {
  if (!('create' in defined)) return indicatorSettingsOf(defined);
  return [...ownSettingsOf(defined), ...indicatorSettingsOf(defined.create(new defined.settings()))];
}

function ownSettingsOf(defined: DefinedSector): (PackSettingDoc & { preset: unknown })[] {
  const defaults = new defined.settings() as Record<string, unknown>;
  return docsOf(defined.settings.prototype as object).map((doc) => ({ ...doc, preset: defaults[doc.name] }));
}
