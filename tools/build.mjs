/**
 * Builds what is stale: TypeScript of apps, libs, test and tools to dist/ (file by file, by modification time), and
 * the web pages. `npm run build -- --clean` starts from nothing. Types are checked by `npm run check`, not here.
 */
import { transformFile } from '@swc/core';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, 'dist');
const ROOMS = ['apps', 'libs', 'test', 'tools'];
const SKIP = new Set(['node_modules', 'dist']);
const isSpec = (name) => /\.(spec|int-spec|e2e-spec)\.ts$/.test(name);

function* files(dir) {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) {
      if (!SKIP.has(entry.name) && relative(root, path) !== join('apps', 'web')) yield* files(path);
    } else {
      yield path;
    }
  }
}

const stale = (source, target) => !existsSync(target) || statSync(source).mtimeMs > statSync(target).mtimeMs;

/** Compiles changed files; data files (csv, json, yaml, sql) are copied beside them. Returns how many were written. */
async function buildServer() {
  const configStale = (target) => stale(join(root, '.swcrc'), target) || stale(fileURLToPath(import.meta.url), target);
  const wanted = new Set();
  let written = 0;
  for (const room of ROOMS) {
    if (!existsSync(join(root, room))) continue;
    for (const source of files(join(root, room))) {
      const name = relative(root, source);
      if (source.endsWith('.ts') && !source.endsWith('.d.ts') && !isSpec(source)) {
        const target = join(out, name.replace(/\.ts$/, '.js'));
        wanted.add(target).add(`${target}.map`);
        if (!stale(source, target) && !configStale(target)) continue;
        const { code, map } = await transformFile(source, { configFile: join(root, '.swcrc'), sourceFileName: source });
        mkdirSync(dirname(target), { recursive: true });
        writeFileSync(`${target}.map`, map ?? '');
        writeFileSync(target, `${code}\n//# sourceMappingURL=${target.split('/').pop()}.map\n`);
        written++;
      } else if (/\.(csv|json|ya?ml|sql|geojson)$/.test(source)) {
        const target = join(out, name);
        wanted.add(target);
        if (!stale(source, target)) continue;
        cpSync(source, target, { recursive: true });
        utimesSync(target, new Date(), new Date());
        written++;
      }
    }
  }
  for (const room of ROOMS) {
    if (!existsSync(join(out, room))) continue;
    for (const built of [...files(join(out, room))]) if (!wanted.has(built)) rmSync(built);
  }
  return written;
}

/** Builds the pages when a file of them, or a contract that they import, is newer than the last build. */
async function buildWeb() {
  const web = join(root, 'apps', 'web');
  const index = join(out, 'web', 'index.html');
  if (!existsSync(join(web, 'index.html'))) return false;
  const sources = [...files2(web), ...files(join(root, 'libs', 'contracts'))];
  if (!sources.some((source) => stale(source, index))) return false;
  const { build } = await import('vite');
  await build({ root: web, configFile: join(web, 'vite.config.ts'), logLevel: 'warn' });
  utimesSync(index, new Date(), new Date());
  return true;
}

function* files2(dir) {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) yield* files2(join(dir, entry.name));
    else yield join(dir, entry.name);
  }
}

if (process.argv.includes('--clean')) rmSync(out, { recursive: true, force: true });
const started = Date.now();
const written = await buildServer();
const web = process.argv.includes('--no-web') ? false : await buildWeb();
if (written > 0 || web) {
  process.stdout.write(
    `built ${written} files${web ? ' and the pages' : ''} in ${((Date.now() - started) / 1000).toFixed(1)} s\n`,
  );
}
