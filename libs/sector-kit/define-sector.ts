import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { createHash } from 'node:crypto';
import type { SectorPack } from './sector.js';

/** What a setting of a pack means. */
export interface PackSettingDoc {
  name: string;
  /** What it is, with its unit. */
  text: string;
  /** True where the default is an assumption of ours and no rule: no screen may print it as fact. */
  assumed: boolean;
  /** Decree and article, standard or publication that the default comes from. */
  source?: string;
}

const docs = new WeakMap<object, PackSettingDoc[]>();

/** Documents a property of a pack's settings class where it is declared. */
export function PackSetting(text: string, options: { assumed?: boolean; source?: string } = {}): PropertyDecorator {
  return (prototype, property) => {
    const list = docs.get(prototype) ?? [];
    docs.set(prototype, list);
    const { assumed = false, source } = options;
    list.push({ name: String(property), text, assumed, ...(source === undefined ? {} : { source }) });
  };
}

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

/** The pack with the operator's values over the defaults. Throws an error that names the sector, the setting and what is allowed. */
export function createPack(sector: string, defined: SectorPack | DefinedSector, given: unknown): SectorPack {
  const fail = (what: string): never => {
    throw new Error(`settings of the sector ${sector}: ${what}`);
  };
  if (!('create' in defined)) {
    if (given !== undefined) fail('this sector has none');
    return named(sector, defined);
  }
  if (given !== undefined && (typeof given !== 'object' || given === null || Array.isArray(given)))
    fail('must be an object of settings');
  const names = packSettingsOf(defined).map(({ name }) => name);
  for (const name of Object.keys(given ?? {}))
    if (!names.includes(name)) fail(`${name} is unknown; there are ${names.join(', ')}`);
  const settings = plainToInstance(defined.settings, { ...new defined.settings(), ...(given as object | undefined) });
  const errors = validateSync(settings, { forbidUnknownValues: false });
  if (errors.length > 0) fail(errors.map((error) => Object.values(error.constraints ?? {}).join(', ')).join('; '));
  const pack = named(sector, defined.create(settings));
  const print = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16);
  return { ...pack, revision: `${pack.revision ?? ''}/${print}` };
}

function named(sector: string, pack: SectorPack): SectorPack {
  if (pack.id !== sector) throw new Error(`libs/sectors/${sector}: pack.id is "${pack.id}"`);
  return pack;
}

/** Every setting of a pack with its default. */
export function packSettingsOf(defined: SectorPack | DefinedSector): (PackSettingDoc & { preset: unknown })[] {
  if (!('create' in defined)) return [];
  const defaults = new defined.settings() as Record<string, unknown>;
  return docsOf(defined.settings.prototype as object).map((doc) => ({ ...doc, preset: defaults[doc.name] }));
}

/** Of a settings class and those that it extends, the eldest first. */
function docsOf(prototype: object | null): PackSettingDoc[] {
  return prototype === null
    ? []
    : [...docsOf(Object.getPrototypeOf(prototype) as object | null), ...(docs.get(prototype) ?? [])];
}
