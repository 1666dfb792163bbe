import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createPack } from '#libs/sector-kit';
import { AlertRig } from '../../../test/support/alert-rig.js';
import { pack } from './index.js';
import { TYPES } from './types.js';

const MINUTE = 60;
let rig: AlertRig;
let events = 0;

beforeEach(async () => {
  rig = await AlertRig.of(createPack('agriculture', pack, undefined));
  await rig.source('gateway', ['316'], 5 * MINUTE);
  await rig.source('other', ['317'], 5 * MINUTE);
  await rig.restart();
  await rig.person('chief', 'leader');
  await rig.set({ routes: [{ policy: 'all' }], groupSeconds: 30 }, [
    { id: 'all', name: 'all', steps: [{ after: 0, to: [{ person: 'chief' }] }] },
  ]);
});
afterEach(() => rig.close());

/** A station that is in the pack's list is sent without its unit. */
const salinity = (source: string, station: string, unit?: string): Promise<void> =>
  rig.take({
    ...{ id: `e${events++}`, source, type: TYPES.salinity, time: rig.now },
    ...(unit === undefined ? {} : { unit }),
    data: { station, salinity: 0.2 },
  });

/** Time in which the other gateway says something now and then, and judging has nothing else to do. */
async function minutes(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 10) {
    await salinity('other', 'nga-nam');
    await rig.after(Math.min(10, left) * MINUTE);
  }
}

const alerts = async () =>
  (await rig.alerts())
    .filter(({ endedAt }) => endedAt === null)
    .map(({ rule, key, unit, lon, muted }) => [rule?.split('.')[1], key, unit, lon, muted?.why ?? null])
    .sort((a, b) => (a.join() < b.join() ? -1 : 1));
const told = async () => (await rig.tell()).map(({ kind, total }) => `${kind} ${total}`);

test('a silent gateway mutes the alerts of its stations, of no others, and only while it is silent', async () => {
  await salinity('gateway', 'dai-ngai');
  await salinity('gateway', 'new', '31699');
  await salinity('other', 'du-tho');
  await rig.after(0);
  await minutes(21);
  expect(await alerts()).toEqual([['source-silent', 'gateway', '316', 105.5, null]]);
  expect(await told()).toEqual(['alert 1']);

  // The station of the other gateway is broken: that gateway speaks.
  await minutes(40);
  expect(await alerts()).toEqual([
    ['sensor-silent', 'dai-ngai', '31645', 106.0779, 'inhibited'],
    ['sensor-silent', 'du-tho', '31723', 105.5, null],
    ['sensor-silent', 'new', '31699', 105.5, 'inhibited'],
    ['source-silent', 'gateway', '316', 105.5, null],
  ]);
  expect(await told()).toEqual(['alert 1']);

  await salinity('gateway', 'dai-ngai');
  await rig.after(MINUTE);
  expect(await alerts()).toEqual([
    ['sensor-silent', 'du-tho', '31723', 105.5, null],
    ['sensor-silent', 'new', '31699', 105.5, null],
  ]);
  // The gateway is back; what is still silent is told now.
  expect(await told()).toEqual(['alert 1', 'resolved 1']);
});
