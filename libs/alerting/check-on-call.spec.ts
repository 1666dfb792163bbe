import { expect, test } from '@jest/globals';
import type { AlertSettings, OnCallFault, Policy, Rotation, Schedule } from '#libs/contracts';
import { holidayTest, OFFICE_CALENDAR } from '#libs/sector-kit';
import { faultsOfPolicy, faultsOfSettings } from './check-on-call.js';
import { faultsOfSchedule } from './check-schedule.js';
import { DEFAULT_POLICY, DEFAULT_SETTINGS } from './defaults.js';
import type { OnCallWorld } from './fault.js';

const AT = Date.parse('2026-03-02T10:00:00+07:00');
const WORK = [1, 2, 3, 4, 5];
const rotation = (more: Partial<Rotation> = {}): Rotation => ({
  name: 'A',
  people: ['an', 'binh'],
  start: '2026-01-05',
  turnDays: 7,
  handover: '07:00',
  ...more,
});
const schedule = (layers: Rotation[], overrides: Schedule['overrides'] = []): Schedule => ({
  id: 'duty',
  name: 'duty',
  layers,
  overrides,
});
const mail = { channel: 'mail', address: 'a@example.org', least: 'critical' as const };
const world: OnCallWorld = {
  people: [
    { login: 'an', role: 'administrator', contacts: [mail], pushes: 0, disabled: false },
    { login: 'binh', role: 'leader', contacts: [mail], pushes: 0, disabled: false },
    { login: 'gone', role: 'operator', contacts: [], pushes: 0, disabled: true },
  ],
  channels: [
    { id: 'group', kind: 'webhook', disabled: false },
    { id: 'mail', kind: 'email', disabled: false },
    { id: 'off', kind: 'webhook', disabled: true },
    { id: 'sms', kind: 'webhook', disabled: false, group: false },
  ],
  schedules: [
    schedule([rotation()]),
    { ...schedule([rotation({ hours: { days: WORK, from: '07:00', to: '07:00' } })]), id: 'week' },
  ],
  policies: ['default', 'other'],
  sectors: ['harbour'],
  isRule: (id) => id === 'harbour.x',
  isUnit: (code) => ['92', '92001', '94'].includes(code),
  mergedInto: (code) => (code === '94' ? [{ code: '92', name: 'Cần Thơ' }] : []),
  isUnitWithin: (unit, above) => unit.startsWith(above),
  isHoliday: holidayTest(OFFICE_CALENDAR),
};
const at = (faults: OnCallFault[]): string[] => faults.map(({ path, level }) => `${level} ${path}`);

test('schedules that name nobody, or somebody twice or unknown, or times that are none, are refused at the place', () => {
  const bad = schedule(
    [
      rotation({ people: ['an', 'nobody', 'an', 'gone'] }),
      rotation({ people: [] }),
      rotation({ start: '2026-02-30', turnDays: 0, handover: '25:00', hours: { days: [], from: '7', to: '24:00' } }),
    ],
    [
      { from: '2026-03-03T00:00:00Z', to: '2026-03-03T00:00:00Z', person: 'an' },
      { from: '2026-03-04T00:00:00Z', to: '2026-03-05T00:00:00Z', person: 'binh' },
      { from: '2026-03-04T23:59:00Z', to: '2026-03-06T00:00:00Z', person: 'who' },
      { from: '2026-03-06T00:00:00Z', to: '2026-03-07T00:00:00Z', person: 'an' },
    ],
  );
  expect(at(faultsOfSchedule(bad, world, AT))).toEqual([
    'error /layers/0/people/1',
    'error /layers/0/people/2',
    'error /layers/0/people/3',
    'error /layers/1/people',
    'error /layers/2/start',
    'error /layers/2/turnDays',
    'error /layers/2/handover',
    'error /layers/2/hours/from',
    'error /layers/2/hours/days',
    'error /overrides/0/to',
    'error /overrides/2/person',
    'error /overrides/2/from',
  ]);
  expect(at(faultsOfSchedule(schedule([]), world, AT))).toEqual(['error /layers']);
});

test('layers may nest or follow each other; what crosses or never decides is refused', () => {
  const day = rotation({ name: 'day', hours: { days: WORK, from: '07:00', to: '17:00' } });
  const night = rotation({ name: 'night', hours: { days: WORK, from: '17:00', to: '07:00' } });
  const early = rotation({ name: 'early', hours: { days: WORK, from: '16:00', to: '07:00' } });
  const tet = rotation({ name: 'Tết', holidays: 'only' });
  expect(faultsOfSchedule(schedule([rotation(), night, tet]), world, AT)).toEqual([]);
  expect(faultsOfSchedule(schedule([day, night, tet]), world, AT)).toEqual([]);
  const [crossing, ...more] = faultsOfSchedule(schedule([day, early]), world, AT);
  expect([crossing?.path, more]).toEqual(['/layers/1/hours', []]);
  expect(crossing?.message).toContain('"day" (from 2026-03-02 16:00)');
  expect(at(faultsOfSchedule(schedule([day, rotation()]), world, AT))).toEqual(['error /layers/0']);
});

test('policies that name no recipient, climb backwards or trust a schedule with holes are told of', () => {
  const policy: Policy = {
    id: 'p',
    name: 'p',
    steps: [
      { after: 0, to: [{ schedule: 'week' }] },
      { after: 300, to: [] },
      { after: 300, to: [{ person: 'nobody' }, { schedule: 'none' }, { channel: 'mail' }, { channel: 'none' }] },
      { after: 900, to: [{ schedule: 'week' }, { channel: 'group' }] },
      { after: 901, to: [{ schedule: 'week' }, { schedule: 'duty' }] },
      { after: 902, to: [{ role: 'operator' }, { channel: 'off' }] },
    ],
    quiet: { from: '22:00', to: '06:00' },
    digest: { severities: ['information'], at: ['23:00', '07:00'] },
  };
  const faults = faultsOfPolicy(policy, world, AT);
  expect(at(faults)).toEqual([
    'warning /steps/0/to',
    'error /steps/1/to',
    'error /steps/2/after',
    'error /steps/2/to/0',
    'error /steps/2/to/1',
    'error /steps/2/to/2',
    'error /steps/2/to/3',
    'warning /steps/5/to/0',
    'warning /steps/5/to/1',
    'warning /digest/at/0',
  ]);
  expect(faults[0]?.message).toContain('from 2026-03-07 07:00 to 2026-03-09 07:00');
  expect(at(faultsOfPolicy({ ...policy, steps: [{ after: 0, to: [{ person: 'an' }] }] }, world, AT))).toEqual([
    'warning /digest/at/0',
  ]);
  const silly: Policy = {
    id: 'fallback',
    name: '',
    steps: [],
    quiet: { from: '22:00', to: '22:00' },
    digest: { severities: ['critical'], at: ['7'] },
  };
  expect(at(faultsOfPolicy(silly, world, AT))).toEqual([
    'error /id',
    'error /steps',
    'error /quiet/to',
    'error /digest/severities',
    'error /digest/at/0',
  ]);
  expect(faultsOfPolicy(DEFAULT_POLICY, world, AT)).toEqual([]);
});

test('routes that lead nowhere or are never reached, and a fallback of nobody, are told of', () => {
  expect(faultsOfSettings(DEFAULT_SETTINGS, world, AT)).toEqual([]);
  const settings: AlertSettings = {
    ...DEFAULT_SETTINGS,
    routes: [
      { policy: 'default', sectors: ['harbour', 'none'], units: ['92'] },
      {
        policy: 'gone',
        rules: ['x'],
        units: ['1'],
        agencies: ['H92.5', 'Sở Y tế'],
        hours: { days: [1], from: 'x', to: '07:00' },
      },
      { policy: 'other', sectors: ['harbour'], units: ['92001'], severities: ['critical'] },
      { policy: 'other' },
      { policy: 'default', severities: ['critical'] },
      { policy: 'default', units: ['94'] },
    ],
    fallback: [],
    limits: { ...DEFAULT_SETTINGS.limits, critical: { respond: 10, resolve: 5 } },
    brief: { at: '7', to: [{ person: 'nobody' }] },
  };
  expect(at(faultsOfSettings(settings, world, AT))).toEqual([
    'error /routes/0/sectors/1',
    'error /routes/1/policy',
    'error /routes/1/rules/0',
    'error /routes/1/units/0',
    'error /routes/1/agencies/1',
    'error /routes/1/hours/from',
    'warning /routes/2',
    'warning /routes/4',
    'warning /routes/5/units/0',
    'warning /routes/5',
    'error /fallback',
    'error /limits/critical/resolve',
    'error /brief/at',
    'error /brief/to/0',
  ]);
});

test('who is reached in the application only is named where a step or the fallback means him', () => {
  const channels = [...world.channels, { id: 'in-app', kind: 'in-app' as const, disabled: false }];
  const people = world.people.map((one) => (one.login === 'an' ? { ...one, contacts: [] } : one));
  const bare = { ...world, channels, people };
  const faults = faultsOfPolicy(
    {
      id: 'p',
      name: 'p',
      steps: [{ after: 0, to: [{ person: 'binh' }, { role: 'administrator' }, { schedule: 'duty' }] }],
    },
    bare,
    AT,
  );
  expect(at(faults)).toEqual(['warning /steps/0/to/1', 'warning /steps/0/to/2']);
  expect(faults[0]?.message).toMatch(/^an: told in the application only/);
  expect(at(faultsOfSettings(DEFAULT_SETTINGS, bare, AT))).toEqual(['warning /fallback/0']);
  // A browser that takes push messages reaches him; a channel that is switched off does not.
  const pushing = people.map((one) => ({
    ...one,
    contacts: [{ channel: 'push', address: '', least: 'critical' as const }],
    pushes: 1,
  }));
  const push = (disabled: boolean) => [...channels, { id: 'push', kind: 'web-push' as const, disabled }];
  const fallback = (disabled: boolean) =>
    faultsOfSettings(DEFAULT_SETTINGS, { ...bare, people: pushing, channels: push(disabled) }, AT);
  expect([fallback(false), at(fallback(true))]).toEqual([[], ['warning /fallback/0']]);
});

test('a channel that names no group is refused as a target, in policies, fallback and brief', () => {
  const to = [{ channel: 'sms' }];
  expect(at(faultsOfPolicy({ id: 'p', name: 'p', steps: [{ after: 0, to }] }, world, AT))).toEqual([
    'error /steps/0/to/0',
  ]);
  const settings = { ...DEFAULT_SETTINGS, fallback: to, brief: { at: '07:00', to } };
  expect(at(faultsOfSettings(settings, world, AT))).toEqual(['error /fallback/0', 'error /brief/to/0']);
});
