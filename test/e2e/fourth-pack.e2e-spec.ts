import { afterAll, expect, test } from '@jest/globals';
import { packRoot } from '../support/pack-root.js';
import { testHub, type TestHub } from '../support/hub.js';
import { wallLink, watchBoard } from '../support/screen.js';

let installed: ReturnType<typeof packRoot> | undefined;
let hub: TestHub | undefined;

afterAll(async () => {
  await hub?.close();
  installed?.remove();
});

test('a new sector is one new folder: its events are taken, counted and shown', async () => {
  installed = packRoot('libraries');
  hub = await testHub({ backend: 'postgres', root: installed.root });
  const key = await hub.addSource('library-system', { types: ['vn.ioc.libraries.*'] });
  const screen = await watchBoard(hub, 'libraries', (await wallLink(hub)).token);
  await screen.until('loans', (tile) => tile.kind === 'number' && tile.value === null);

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
