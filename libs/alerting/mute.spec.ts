import { expect, test } from '@jest/globals';
import type { Rule, Silence } from '#libs/contracts';
import { type Behind, matches, type MuteFacts, mutedBy, muteSetting, nextSilenceTurn } from './mute.js';

const NOW = Date.parse('2026-11-25T10:00:00Z');
const at = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();
const within = (unit: string, above: string): boolean => unit.startsWith(above);
const alert = (over: Partial<MuteFacts> = {}): MuteFacts => ({
  ...{ id: 'a', rule: 'r.mild', key: 'k1', sector: 's', unit: '92001', severity: 'warning' },
  ...over,
});
const silence = (over: Partial<Silence> = {}): Silence => ({
  ...{ id: 'one', kind: 'silence', matcher: {}, from: at(-10), to: at(10), reason: 'x', by: 'an', endedAt: null },
  ...over,
});
const nothing: Behind = [];
const setting = (silences: Silence[], firing: MuteFacts[] = [], inhibits: Rule['inhibits'] = [], behind = nothing) =>
  muteSetting(
    silences,
    firing,
    (id) => (id === 'r.bad' ? { inhibits: inhibits ?? [] } : undefined),
    within,
    NOW,
    () => behind,
  );

test('a silence holds from its beginning until just before its end, or until somebody ended it', () => {
  const holds = (over: Partial<Silence>) => mutedBy(alert(), setting([silence(over)])) !== null;
  expect(holds({ from: at(0) })).toBe(true);
  expect(holds({ from: at(1) })).toBe(false);
  expect(holds({ to: at(0) })).toBe(false);
  expect(holds({ endedAt: at(0) })).toBe(false);
  expect(holds({ endedAt: at(1) })).toBe(true);
});

test('of several that match the one that lasts longest is named, with its kind and end', () => {
  const long = silence({ id: 'long', kind: 'maintenance', to: at(60) });
  const other = silence({ id: 'other', matcher: { keys: ['k2'] }, to: at(90) });
  expect(mutedBy(alert(), setting([silence(), other, long]))).toEqual({
    why: 'maintenance',
    by: 'long',
    until: NOW + 3_600_000,
  });
});

test('a silence may name what was merged away; what alerts mute of each other goes by what is so today', () => {
  const named = (unit: string, name: string): boolean => within(unit, name === 'old' ? '92001' : name);
  const firing = [alert({ id: 'b', rule: 'r.bad', unit: 'old' })];
  const inhibits = () => ({ inhibits: [{ rules: ['r.mild'], same: 'unit' as const }] });
  const why = (silences: Silence[]) =>
    mutedBy(
      alert(),
      muteSetting(silences, firing, inhibits, within, NOW, () => nothing, named),
    )?.why ?? null;
  expect(why([silence({ matcher: { units: ['old'] } })])).toBe('silence');
  expect(why([])).toBeNull();
});

test.each([
  [{}, true],
  [{ rules: ['r.mild'], sectors: ['s'], units: ['92'], keys: ['k1'], severities: ['warning' as const] }, true],
  [{ rules: ['r.mild'], keys: ['k2'] }, false],
  [{ rules: ['r.bad'] }, false],
  [{ sectors: ['t'] }, false],
  [{ units: ['80', '9200'] }, true],
  [{ units: ['80'] }, false],
  [{ severities: ['critical' as const] }, false],
  [{ keys: [] }, false],
])('what matches %j: all that is given must be true', (matcher, expected) => {
  expect(matches(matcher, alert(), within)).toBe(expected);
});

test('what an alert does not have matches nothing that is asked for', () => {
  const manual = alert({ rule: null, sector: null, unit: null });
  for (const matcher of [{ rules: ['r.mild'] }, { sectors: ['s'] }, { units: ['9'] }])
    expect(matches(matcher, manual, within)).toBe(false);
  expect(matches({ severities: ['warning'] }, manual, within)).toBe(true);
});

test.each([
  ['key', { key: 'k1', unit: '80' }, { key: 'k2', unit: '92001' }],
  ['unit', { key: 'k2', unit: '92' }, { key: 'k1', unit: '92001002' }],
  ['nothing', { key: 'k2', unit: null }, null],
] as const)('an alert that fires mutes what its rule names by %s, and nothing else', (same, mutes, spares) => {
  const inhibits = [{ rules: ['r.mild'], same }];
  const bad = (over: object) => alert({ id: 'bad', rule: 'r.bad', severity: 'critical', ...over });
  expect(mutedBy(alert(), setting([], [bad(mutes)], inhibits))).toEqual({ why: 'inhibited', by: 'bad', until: null });
  if (spares) expect(mutedBy(alert(), setting([], [bad(spares)], inhibits))).toBeNull();
  expect(mutedBy(alert({ rule: 'r.other' }), setting([], [bad(mutes)], inhibits))).toBeNull();
  expect(mutedBy(alert({ rule: null }), setting([], [bad(mutes)], inhibits))).toBeNull();
});

test('no alert mutes itself, but the next of its kind does', () => {
  const inhibits = [{ rules: ['r.bad'], same: 'unit' as const }];
  const [one, two] = [
    alert({ id: 'one', rule: 'r.bad', unit: '92' }),
    alert({ id: 'two', rule: 'r.bad', unit: '92001' }),
  ];
  expect(mutedBy(one, setting([], [one], inhibits))).toBeNull();
  expect(mutedBy(two, setting([], [one, two], inhibits))?.by).toBe('one');
  // One above it does, though it is the first that mutes its own unit.
  const above = alert({ id: 'above', rule: 'r.bad', unit: '9' });
  expect(mutedBy(one, setting([], [one, above], inhibits))?.by).toBe('above');
  for (const same of ['nothing', 'key'] as const)
    expect(mutedBy(one, setting([], [one], [{ rules: ['r.bad'], same }]))).toBeNull();
});

test.each([
  ['the only one behind it', ['a', 'c'], ['a'], true],
  ['none of them', ['c'], ['a', 'b'], false],
  ['one of those that may be behind it', ['a'], ['a', 'b'], false],
  ['all of those', ['a', 'b'], ['a', 'b'], true],
  ['some source, while none is behind it', ['a'], nothing, false],
])('%s is silent', (_, silent, behind, muted) => {
  const firing = silent.map((key) => alert({ id: `of ${key}`, rule: 'r.bad', key, unit: null }));
  const inhibits = [{ rules: ['r.mild'], same: 'source' as const }];
  expect(mutedBy(alert(), setting([], firing, inhibits, behind))?.by).toBe(muted ? 'of a' : undefined);
});

test('a silence comes before another alert: it says until when', () => {
  const bad = alert({ id: 'bad', rule: 'r.bad' });
  const muted = mutedBy(alert(), setting([silence()], [bad], [{ rules: ['r.mild'], same: 'nothing' }]));
  expect(muted).toEqual({ why: 'silence', by: 'one', until: NOW + 600_000 });
});

test('the next turn is the first beginning or end that is to come', () => {
  expect(nextSilenceTurn([], NOW)).toBeNull();
  expect(nextSilenceTurn([silence({ to: at(0) })], NOW)).toBeNull();
  const all = [silence(), silence({ from: at(5), to: at(90) }), silence({ to: at(50), endedAt: at(3) })];
  expect(nextSilenceTurn(all, NOW)).toBe(NOW + 180_000);
  expect(nextSilenceTurn(all, NOW + 180_000)).toBe(NOW + 300_000);
  expect(nextSilenceTurn(all, NOW + 600_000)).toBe(NOW + 90 * 60_000);
});
