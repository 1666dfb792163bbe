import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

/** Files of a small repository, each with what it imports and the rules that it must break. */
const PLANTED: { file: string; imports: string; breaks: string[] }[] = [
  {
    file: 'libs/contracts/reach.ts',
    imports: '#libs/sector-kit',
    breaks: ['contracts-imports-only-itself', 'no-circular'],
  },
  { file: 'libs/contracts/io.ts', imports: 'node:fs', breaks: ['contracts-do-no-io'] },
  { file: 'libs/sector-kit/reach.ts', imports: '#libs/persistence', breaks: ['sector-kit-imports-only-contracts'] },
  {
    file: 'libs/sectors/roads/reach.ts',
    imports: '#libs/queue',
    breaks: ['sectors-imports-only-contracts-sector-kit'],
  },
  { file: 'libs/sectors/roads/other.ts', imports: '../water/index.js', breaks: ['sectors-stand-alone'] },
  {
    file: 'libs/pipeline/reach.ts',
    imports: '#libs/persistence',
    breaks: ['pipeline-imports-only-contracts-sector-kit'],
  },
  {
    file: 'libs/pipeline/settings.ts',
    imports: '#libs/platform',
    breaks: ['pipeline-imports-only-contracts-sector-kit', 'platform-only-for-adapters-and-apps'],
  },
  { file: 'libs/pipeline/nest.ts', imports: '@nestjs/common', breaks: ['pure-libs-know-no-nest'] },
  { file: 'libs/client/reach.ts', imports: '#libs/contracts', breaks: ['client-imports-only-itself'] },
  { file: 'libs/queue/sectors.ts', imports: '#libs/sectors', breaks: ['adapters-know-no-sector'] },
  { file: 'libs/queue/inside.ts', imports: '../persistence/secret.js', breaks: ['lib-by-its-index-only'] },
  { file: 'libs/platform/reach.ts', imports: '#libs/queue', breaks: ['platform-imports-only-contracts'] },
  { file: 'libs/queue/app.ts', imports: '../../apps/worker/main.js', breaks: ['libs-never-import-apps'] },
  { file: 'apps/ingest/other.ts', imports: '../worker/main.js', breaks: ['apps-never-import-apps'] },
  {
    file: 'apps/worker/sector.ts',
    imports: '../../libs/sectors/roads/index.js',
    breaks: ['sectors-only-through-the-catalogue'],
  },
  { file: 'apps/worker/test.ts', imports: '../../test/support.js', breaks: ['product-never-imports-tests-or-tools'] },
  { file: 'apps/web/store.ts', imports: '#libs/queue', breaks: ['web-imports-contracts-only'] },
  { file: 'apps/simulator/short-cut.ts', imports: '#libs/persistence', breaks: ['simulator-is-like-anyone'] },
  { file: 'apps/worker/typo.ts', imports: '#libs/nowhere', breaks: ['resolvable'] },
  { file: 'apps/worker/fine.ts', imports: '#libs/persistence', breaks: [] },
  { file: 'apps/web/fine.ts', imports: '#libs/contracts', breaks: [] },
  { file: 'libs/queue/fine.ts', imports: '#libs/platform', breaks: [] },
];

interface Violation {
  from: string;
  rule: { name: string };
}

describe('boundaries', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ioc-bounds-'));
  const broken = new Map<string, Set<string>>();

  const plant = (file: string, text: string): void => {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), text);
  };

  beforeAll(() => {
    const libs = ['contracts', 'sector-kit', 'sectors', 'pipeline', 'persistence', 'queue', 'platform', 'client'];
    for (const lib of libs) {
      plant(`libs/${lib}/index.ts`, 'export const here = 1;\n');
      // The package import leads to dist, as in this repository: the checker must not follow it there.
      plant(`dist/libs/${lib}/index.js`, 'export const here = 1;\n');
    }
    for (const pack of ['roads', 'water']) plant(`libs/sectors/${pack}/index.ts`, 'export const here = 1;\n');
    plant('libs/persistence/secret.ts', 'export const here = 1;\n');
    plant('apps/worker/main.ts', 'export const here = 1;\n');
    plant('test/support.ts', 'export const here = 1;\n');
    for (const { file, imports } of PLANTED) {
      plant(file, `import * as other from '${imports}';\nexport const used = other;\n`);
    }
    // A cycle needs a way back.
    plant('libs/sector-kit/index.ts', `import * as back from '../contracts/reach.js';\nexport const here = back;\n`);
    plant('package.json', JSON.stringify({ type: 'module', imports: { '#libs/*': './dist/libs/*/index.js' } }));
    for (const file of ['tsconfig.json', '.dependency-cruiser.cjs']) copyFileSync(file, join(dir, file));
    symlinkSync(join(process.cwd(), 'node_modules'), join(dir, 'node_modules'));
    const cruiser = join(process.cwd(), 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
    const args = [cruiser, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'apps', 'libs', 'test'];
    const report = JSON.parse(execFileSync(process.execPath, args, { cwd: dir, maxBuffer: 1e8 }).toString()) as {
      summary: { violations: Violation[] };
    };
    for (const { from, rule } of report.summary.violations) {
      broken.set(from, (broken.get(from) ?? new Set()).add(rule.name));
    }
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test.each(PLANTED)('$file importing $imports breaks $breaks', ({ file, breaks }) => {
    expect([...(broken.get(file) ?? [])].sort()).toEqual([...breaks].sort());
  });
});
