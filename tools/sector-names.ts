/**
 * `npm run check` part: nothing outside libs/sectors names a sector, or a new sector would be more than one new folder.
 * Looks for the name of each pack's folder as a whole text, in an event type or in a path; tests, docs and comments may
 * name them, and so may `/health`, which is a word of operations.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Lines outside libs/sectors that name one of its folders. */
export function sectorNames(root: string): string[] {
  const names = folders(join(root, 'libs', 'sectors'));
  if (names.length === 0) return [];
  const name = `(${names.join('|')})`;
  const named = new RegExp(`(?<=(['"\`]))${name}(?=\\1)|vn\\.ioc\\.${name}\\b|sectors/${name}\\b|^\\s*${name}: \\{`);
  const found: string[] = [];
  for (const path of [...sources(root, 'apps'), ...sources(root, 'libs')]) {
    if (path.startsWith(join('libs', 'sectors'))) continue;
    readFileSync(join(root, path), 'utf8')
      .split('\n')
      .forEach((line, index) => {
        const match = /^\s*(\/?\*|\/\/)/.test(line) ? null : named.exec(line);
        if (match) found.push(`${path}:${index + 1} names a sector (${match[0].trim()}): take it from the Catalogue`);
      });
  }
  return found;
}

const folders = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

function* sources(root: string, dir: string): Generator<string> {
  for (const entry of readdirSync(join(root, dir), { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules') yield* sources(root, path);
    } else if (/\.(ts|html|css|json)$/.test(entry.name) && !entry.name.endsWith('spec.ts')) {
      yield path;
    }
  }
}

if (process.argv[1]?.endsWith('sector-names.js')) {
  const found = sectorNames(process.cwd());
  for (const line of found) process.stdout.write(`${line}\n`);
  if (found.length > 0) process.exitCode = 1;
}
