import { expect, test } from '@jest/globals';
import { UnitTree } from '#libs/access';
import { Catalogue } from '#libs/sector-kit';
import { loadCatalogue } from '#libs/sectors';
import { checkEntry, type EntryInput } from './entry-check.js';

const NOW = Date.parse('2026-11-24T08:00:00+07:00');
const none = { type: '', parent: null, lon: null, lat: null };
const units = new UnitTree([
  { ...none, code: '92', name: 'Cần Thơ', predecessors: ['92', '94'] },
  { ...none, code: '31135', name: 'Ninh Kiều', parent: '92', predecessors: ['31117', '31119'] },
]);
let catalogue: Catalogue;

const faults = async (input: Partial<EntryInput>): Promise<string[]> => {
  catalogue ??= await loadCatalogue();
  const whole = { unit: '92', period: '2026-10-01', value: 3, metric: '', ...input };
  const result = checkEntry(whole, { catalogue, units, now: NOW });
  return 'errors' in result ? result.errors.map(({ path, message }) => `${path} ${message}`) : [];
};
const score = (...dims: string[]): Promise<string[]> => faults({ metric: 'dossiers.score-done', dims });
const history = (disease: string): Promise<string[]> => faults({ metric: 'health.history', dims: [disease] });

test('a value of a dimension that nothing reads is refused at its place', async () => {
  expect(await score('published', 'H13.25')).toEqual([]);
  expect(await score('published', 'H13')).toEqual([]);
  expect(await score('publised', 'H13')).toEqual([
    expect.stringMatching(/^\/dims\/0 part "publised" is unknown: it must be one of published, updated, /),
  ]);
  expect(await score('published', 'h13.25')).toEqual([
    '/dims/1 agency "h13.25" is unknown: it must be the code of an agency such as H13 or H13.25',
  ]);
  expect(await score('', '')).toEqual(['/dims/0 part is missing', '/dims/1 agency is missing']);
  expect(await score('published')).toEqual(['/dims dossiers.score-done needs 2 dims: part, agency']);
});

test('a figure that cannot be is refused: below zero, a share above 100, a rank of 0', async () => {
  const told = (metric: string, value: number) => faults({ metric, value, unit: '' });
  expect(await faults({ metric: 'social.poor', value: -5 })).toEqual([
    '/value -5 cannot be: social.poor is at least 0',
  ]);
  expect(await faults({ metric: 'social.poor', value: 0 })).toEqual([]);
  expect(await told('services.adults-online', 250)).toEqual([
    '/value 250 cannot be: services.adults-online is from 0 to 100',
  ]);
  expect(await told('targets.dti-rank', 0)).toEqual(['/value 0 cannot be: targets.dti-rank is at least 1']);
  expect(await told('targets.dti-rank', 1)).toEqual([]);
});

test('of people and things there are no fractions, of money there are', async () => {
  for (const metric of ['social.poor', 'social.insured', 'payments.adults', 'education.all-schools'])
    expect(await faults({ metric, value: 12.5 })).toEqual([`/value 12.5 cannot be: ${metric} is a whole number`]);
  expect(await faults({ metric: 'health.history', dims: ['A97'], value: 2.5 })).toHaveLength(1);
  expect(await faults({ metric: 'tourism.revenue', value: 12.5 })).toEqual([]);
});

test('cases of earlier years are entered by the names that cases are counted under', async () => {
  for (const code of ['A97', 'B08.4', 'B50-B54', 'J10', 'B08']) expect(await history(code)).toEqual([]);
  for (const code of ['A97.0', 'A90', 'B084', 'dengue', 'B51'])
    expect(await history(code)).toEqual([expect.stringMatching(/^\/dims\/0 disease ".*" is unknown/)]);
});

test('figures of years before a merger are entered under the codes of those years', async () => {
  const faultsOf = (unit: string): Promise<string[]> => faults({ metric: 'health.history', dims: ['A97'], unit });
  for (const unit of ['92', '94', '31135', '31117', '31119']) expect(await faultsOf(unit)).toEqual([]);
  for (const unit of ['31118', 'former:94', '*'])
    expect(await faultsOf(unit)).toEqual([`/unit there is no unit "${unit}"`]);
  expect(await faultsOf('')).toEqual(['/unit unit is missing']);
});
