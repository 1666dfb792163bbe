import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Catalogue, type SectorPack } from '#libs/sector-kit';

/**
 * Collects every pack: each folder beside this file (and in `extraFolders`) whose `index` exports `pack`. So a new sector is one new
 * folder, and nothing here names it.
 */
export async function loadCatalogue(extraFolders: readonly string[] = []): Promise<Catalogue> {
  const here = dirname(fileURLToPath(import.meta.url));
  const suffix = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const packs: SectorPack[] = [];
  for (const parent of [here, ...extraFolders]) {
    for (const entry of readdirSync(parent, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const module = (await import(pathToFileURL(join(parent, entry.name, `index${suffix}`)).href)) as {
        pack?: SectorPack;
      };
      if (!module.pack) throw new Error(`libs/sectors/${entry.name}/index must export \`pack\``);
      if (module.pack.id !== entry.name) throw new Error(`libs/sectors/${entry.name}: pack.id is "${module.pack.id}"`);
      packs.push(module.pack);
    }
  }
  return new Catalogue(packs);
}
