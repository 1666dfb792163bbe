import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An installation like this one, with one sector more: a pack of `test/support/packs`. */
export function packRoot(name: string): { root: string; remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), `ioc-${name}-`));
  cpSync('dist', join(root, 'dist'), { recursive: true });
  cpSync('package.json', join(root, 'package.json'));
  symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));
  cpSync(`dist/test/support/packs/${name}`, join(root, 'dist/libs/sectors', name), { recursive: true });
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
