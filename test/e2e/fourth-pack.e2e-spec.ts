import { afterAll, expect, test } from '@jest/globals';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testHub, type TestHub } from '../support/hub.js';
import { wallLink, watchBoard } from '../support/screen.js';

const root = mkdtempSync(join(tmpdir(), 'ioc-fourth-'));
let hub: TestHub | undefined;

afterAll(async () => {
  await hub?.close();
  rmSync(root, { recursive: true, force: true });
});

test('a new sector is one new folder: its events are taken, counted and shown', async () => {
  cpSync('dist', join(root, 'dist'), { recursive: true });
  cpSync('package.json', join(root, 'package.json'));
  symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));
  cpSync('dist/test/support/packs/libraries', join(root, 'dist/libs/sectors/libraries'), { recursive: true });
  hub = await testHub({ backend: 'postgres', root });
  const key = await hub.addSource('library-system', { types: ['vn.ioc.libraries.*'] });
  const screen = await watchBoard(hub, 'libraries', (await wallLink(hub)).token);
  await screen.until('loans', (tile) => tile.kind === 'number' && tile.value === 0);

  const event = {
    id: '1',
    type: 'vn.ioc.libraries.loans.counted.v1',
    time: new Date().toISOString(),
    data: { branch: 'Ninh Kiều', loans: 12 },
  };
  expect((await hub.post(key, event)).status).toBe(202);
  await screen.until('loans', (tile) => tile.kind === 'number' && tile.value === 12);

  const refused = await hub.post(key, { ...event, id: '2', data: { branch: 'Ninh Kiều', loans: 'many' } });
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({ rejected: [{ code: 'field-invalid', path: '/data/loans' }] });
  screen.close();
});
