import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { sectorNames } from './sector-names.js';

const root = mkdtempSync(join(tmpdir(), 'ioc-names-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('finds a sector named in code, and leaves comments, specs, packs and probes alone', () => {
  const files = {
    'libs/sectors/roads/index.ts': `export const pack = { id: 'roads' };`,
    'libs/sectors/health/index.ts': `export const pack = { id: 'health' };`,
    'libs/live/topic.ts': `if (sector === 'roads') return;\n// roads are 'roads'\nconst broad = 'railroads';`,
    'libs/live/topic.spec.ts': `const sector = 'roads';`,
    'apps/gateway/src/http.ts': `fetch('/health/live');\nconst type = 'vn.ioc.health.case.reported.v1';`,
    'apps/web/src/a.ts': `import '../../../libs/sectors/roads/index.js';`,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  expect(
    sectorNames(root)
      .map((line) => line.split(' ')[0] ?? '')
      .sort((a, b) => a.localeCompare(b)),
  ).toEqual(['apps/gateway/src/http.ts:2', 'apps/web/src/a.ts:1', 'libs/live/topic.ts:1']);
});
