import { expect, test } from '@jest/globals';
import type { AlertSettings, Contact, PersonRole, Route, Severity } from '#libs/contracts';
import { DEFAULT_SETTINGS } from './defaults.js';
import { reach, recipientsOf, type Directory } from './recipients.js';
import { agencyOf, policyOf, routeOf } from './route.js';

const AT = Date.parse('2026-03-02T10:00:00+07:00');
const person = (login: string, role: PersonRole, contacts: Contact[] = [], more = {}) => ({
  login,
  role,
  contacts,
  pushes: 0,
  disabled: false,
  ...more,
});
const mail = (least: Severity, address = 'x@example.gov.vn'): Contact => ({ channel: 'mail', address, least });
const directory: Directory = {
  people: [
    person('chief', 'leader', [mail('warning'), { channel: 'push', address: '', least: 'information' }]),
    person('deputy', 'leader', [{ channel: 'push', address: '', least: 'information' }], { pushes: 2 }),
    person('gone', 'operator', [], { disabled: true }),
    person('desk', 'operator', [mail('information', '')]),
  ],
  channels: [
    { id: 'in-app', kind: 'in-app', disabled: false },
    { id: 'mail', kind: 'email', disabled: false },
    { id: 'push', kind: 'web-push', disabled: false },
    { id: 'group', kind: 'webhook', disabled: false },
    { id: 'off', kind: 'webhook', disabled: true },
    { id: 'sms', kind: 'webhook', disabled: false, group: false },
  ],
  schedules: [
    {
      id: 'duty',
      name: 'duty',
      layers: [{ name: 'a', people: ['chief'], start: '2026-03-02', turnDays: 7, handover: '09:00' }],
      overrides: [],
    },
    { id: 'empty', name: 'empty', layers: [], overrides: [] },
  ],
  isHoliday: () => false,
};

test('a person is told once, by each way that the severity earns, in the application always', () => {
  const targets = [{ person: 'chief' }, { role: 'leader' as const }, { schedule: 'duty' }, { channel: 'group' }];
  expect(recipientsOf([...targets, { channel: 'group' }], directory, 'serious', AT)).toEqual({
    people: [
      {
        login: 'chief',
        ways: [
          { channel: 'in-app', address: '' },
          { channel: 'mail', address: 'x@example.gov.vn' },
        ],
      },
      {
        login: 'deputy',
        ways: [
          { channel: 'in-app', address: '' },
          { channel: 'push', address: '' },
        ],
      },
    ],
    groups: ['group'],
    missed: [],
  });
  const mild = recipientsOf([{ person: 'chief' }], directory, 'information', AT);
  expect(mild.people[0]?.ways.map(({ channel }) => channel)).toEqual(['in-app']);
  const least = recipientsOf([{ person: 'chief' }], directory, 'warning', AT);
  expect(least.people[0]?.ways.map(({ channel }) => channel)).toEqual(['in-app', 'mail']);
  const bare = recipientsOf([{ person: 'desk' }], directory, 'critical', AT);
  expect(bare.people[0]?.ways.map(({ channel }) => channel)).toEqual(['in-app']);
});

test('what leads to nobody says why, and the fallback is told instead', () => {
  const nowhere = [
    { person: 'nobody' },
    { person: 'gone' },
    { schedule: 'empty' },
    { schedule: 'none' },
    { role: 'administrator' as const },
    { channel: 'off' },
  ];
  const told = reach(nowhere, [{ person: 'desk' }], directory, 'critical', AT);
  expect(told.missed.map(({ why }) => why)).toEqual([
    'unknown',
    'disabled',
    'nobody-on-call',
    'unknown',
    'nobody-in-role',
    'disabled',
  ]);
  expect(told).toMatchObject({ unreachable: true, people: [{ login: 'desk' }] });
  expect(reach([{ schedule: 'duty' }], [], directory, 'critical', AT)).toMatchObject({ unreachable: false });
  expect(reach([{ schedule: 'duty' }], [], directory, 'critical', AT - 3_600_001)).toMatchObject({
    unreachable: true,
    people: [],
  });
  const noInApp = { ...directory, channels: directory.channels.filter(({ id }) => id !== 'in-app') };
  expect(recipientsOf([{ person: 'desk' }], noInApp, 'critical', AT)).toMatchObject({
    people: [],
    missed: [{ why: 'no-way' }],
  });
});

test('the first route that matches in every part names the policy; without one it is the fallback', () => {
  const routes: Route[] = [
    { policy: 'night', hours: { days: [1], from: '22:00', to: '06:00' } },
    { policy: 'flood', sectors: ['harbour'], units: ['92'], severities: ['critical'] },
    { policy: 'rule', rules: ['own.x'] },
    { policy: 'health', agencies: ['H92.5'] },
  ];
  const settings: AlertSettings = { ...DEFAULT_SETTINGS, routes };
  const within = (unit: string, above: string): boolean => unit.startsWith(above);
  const facts = { severity: 'critical' as const, sector: 'harbour', unit: '92001', rule: 'own.x', agency: null };
  expect(routeOf(facts, settings, within, AT)).toEqual({ policy: 'flood', route: 1 });
  expect(routeOf(facts, settings, within, Date.parse('2026-03-03T02:00:00+07:00')).policy).toBe('night');
  expect(routeOf({ ...facts, unit: '56' }, settings, within, AT).policy).toBe('rule');
  expect(routeOf({ ...facts, unit: '56', rule: null, agency: 'H92.5.1' }, settings, within, AT).policy).toBe('health');
  expect(routeOf({ ...facts, unit: '56', rule: null, agency: 'H92.51' }, settings, within, AT).policy).toBe('fallback');
  const other = routeOf({ ...facts, severity: 'warning', sector: null, unit: null, rule: null }, settings, within, AT);
  expect(other).toEqual({ policy: 'fallback', route: null });
  expect(policyOf(other.policy, [], settings).steps).toEqual([{ after: 0, to: settings.fallback }]);
});

test('who has to act is said by the rule, else it is the agency that the alert is about', () => {
  expect(agencyOf({ agency: 'H92.5', by: 'agency' }, 'H92.7')).toBe('H92.5');
  expect(agencyOf({ by: 'agency' }, 'H92.7')).toBe('H92.7');
  expect([agencyOf({ by: 'agency' }, ''), agencyOf({ by: 'station' }, 'H92.7')]).toEqual([null, null]);
});

test('a channel that names no group reaches nobody: the fallback is told', () => {
  for (const channel of ['sms', 'mail']) {
    const found = reach([{ channel }], [{ person: 'deputy' }], directory, 'critical', AT);
    expect(found).toMatchObject({ groups: [], unreachable: true, missed: [{ target: { channel }, why: 'no-group' }] });
    expect(found.people.map(({ login }) => login)).toEqual(['deputy']);
  }
});
