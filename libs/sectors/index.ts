import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  Catalogue,
  createPack,
  type DefinedSector,
  type PackSettingDoc,
  packSettingsOf,
  type SectorPack,
} from '#libs/sector-kit';

/**
 * Collects every pack: each folder beside this file whose `index` exports `pack`. So a new sector is one new folder, and
 * nothing here names it. `settingsFile`: JSON of `{sector: {setting: value}}`; without it every setting has its default.
 * Throws when a pack or its settings are wrong, naming both.
 */
export async function loadCatalogue(settingsFile?: string): Promise<Catalogue> {
  const given = settingsFile === undefined ? {} : readSettingsFile(settingsFile);
  const sectors = await findSectors();
  for (const name of Object.keys(given))
    if (!sectors.has(name)) throw new Error(`${settingsFile}: there is no sector ${name}`);
  return new Catalogue([...sectors].map(([name, defined]) => createPack(name, defined, given[name])));
}

/** The settings of every pack that has some, by sector. */
export async function describePackSettings(): Promise<Map<string, (PackSettingDoc & { preset: unknown })[]>> {
  const described = [...(await findSectors())].map(([name, defined]) => [name, packSettingsOf(defined)] as const);
  return new Map(described.filter(([, settings]) => settings.length > 0));
}

async function findSectors(): Promise<Map<string, SectorPack | DefinedSector>> {
  const here = dirname(fileURLToPath(import.meta.url));
  const suffix = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const found = new Map<string, SectorPack | DefinedSector>();
  // Sorted: folders come in another order on another file system.
  const entries = readdirSync(here, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const module = (await import(pathToFileURL(join(here, entry.name, `index${suffix}`)).href)) as {
      pack?: SectorPack | DefinedSector;
    };
    if (!module.pack) throw new Error(`libs/sectors/${entry.name}/index must export \`pack\``);
    found.set(entry.name, module.pack);
  }
  return found;
}

function readSettingsFile(file: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`SECTORS_FILE ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new Error(`SECTORS_FILE ${file} must hold an object: {"sector": {"setting": value}}`);
  return parsed as Record<string, unknown>;
}
