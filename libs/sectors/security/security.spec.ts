import { expect, test } from '@jest/globals';
import type { HubEvent } from '#libs/contracts';
import { levelOf } from '#libs/live';
import { createPack } from '#libs/sector-kit';
import {
  checkPack,
  countedBy,
  type FixtureMessage,
  messagesOf,
  publishedOf,
} from '../../../test/support/pack-checks.js';
import { pack as defined, TYPES } from './index.js';

const pack = createPack('security', defined, undefined);
const day = (text: string): number => Date.parse(`${text}T00:00:00+07:00`);
let ids = 0;
const event = (type: string, data: Record<string, unknown>, time = day('2026-11-20')): HubEvent => ({
  id: String(ids++),
  source: 's',
  type,
  time,
  data,
});

test('is a whole pack, and tells nobody outside', () => {
  const events = checkPack(pack, day('2026-11-10'));
  expect(countedBy(pack, events, day('2026-11-12'))('[security.systems]')).toBe(30);
  expect(pack.indicators.every(({ sharing }) => sharing === 'restricted')).toBe(true);
});

test('an approval is in force, lapsing and lapsed by time alone', () => {
  const events = [
    event(TYPES.system, { system: 'a', level: 3, approved: '2025-01-01', lapses: '2026-12-31' }),
    event(TYPES.system, { system: 'b', level: 2 }),
  ];
  const at = (now: string): (number | null)[] => {
    const read = countedBy(pack, events, day(now));
    return ['approved', 'lapsing', 'lapsed'].map((code) => read(`[security.${code}]`));
  };
  expect(at('2026-10-31')).toEqual([50, 0, 0]);
  // In force through its last day, so that 60 days are left at the start of 2 November.
  expect(at('2026-11-01')).toEqual([50, 0, 0]);
  expect(at('2026-11-02')).toEqual([50, 1, 0]);
  expect(at('2026-12-31')).toEqual([50, 1, 0]);
  expect(at('2027-01-01')).toEqual([0, 0, 1]);
});

test('an alert that is raised again after its end is open again, from the start', () => {
  const told = (...steps: [step: string, second: number][]): HubEvent[] =>
    steps.map(([step, second]) =>
      event(TYPES.alert, { alert: 'y', step, severity: 'critical' }, 1e12 + second * 1_000),
    );
  const again = told(['raised', 0], ['contained', 1], ['closed', 2], ['raised', 3]);
  const read = (events: HubEvent[], code: string) => countedBy(pack, events, 1e12 + 9_000)(`[security.${code}]`);
  expect([read(again, 'open'), read(again, 'untriaged'), read(again.toReversed(), 'untriaged')]).toEqual([1, 1, 1]);
  // Told once more on the way it stays where it is.
  expect(read(told(['raised', 0], ['contained', 1], ['raised', 2]), 'untriaged')).toBe(0);
  expect(read([...again, ...told(['closed', 4])], 'open')).toBe(0);
});

test('an alert is open until it is closed, whatever comes first', () => {
  const steps = [
    event(TYPES.alert, { alert: 'x', step: 'raised', severity: 'critical' }, 1e12),
    event(TYPES.alert, { alert: 'x', step: 'triaged' }, 1e12 + 1),
    event(TYPES.alert, { alert: 'x', step: 'closed' }, 1e12 + 2),
  ];
  const critical = (events: HubEvent[]): number | null => countedBy(pack, events, 1e12 + 5)('[security.critical]');
  expect([critical(steps.slice(0, 2)), critical(steps), critical(steps.toReversed())]).toEqual([1, 0, 0]);
  expect(countedBy(pack, steps, 1e12 + 5)('[security.alerts-today]')).toBe(1);
  const untriaged = (events: HubEvent[]): number | null => countedBy(pack, events, 1e12 + 5)('[security.untriaged]');
  expect([untriaged(steps.slice(0, 1)), untriaged(steps.slice(0, 2))]).toEqual([1, 0]);
});

test('the fixture: all levels are taken, the hub itself is of level 3; an agency that is not approved is seen', () => {
  const { agenciesPercent, levels, hubLevel, messages } = publishedOf<{
    agenciesPercent: number;
    levels: number[];
    hubLevel: number;
    messages: FixtureMessage[];
  }>(import.meta.url);
  const approved = pack.indicators.find(({ code }) => code === 'security.approved');
  expect(approved?.target).toBe(agenciesPercent);
  const read = countedBy(pack, messagesOf(pack, messages, day('2026-11-20')), day('2026-11-20'));
  expect(['systems', 'lapsing', 'lapsed'].map((code) => read(`[security.${code}]`))).toEqual([3, 1, 0]);
  expect(read(`sum(security.systems, now, level: ${hubLevel})`)).toBe(2);
  const of = (list: FixtureMessage[]) =>
    levelOf(
      countedBy(pack, messagesOf(pack, list, day('2026-11-20')), day('2026-11-20'))('[security.approved]'),
      approved?.levels,
      day('2026-11-20'),
    );
  expect([of(messages), of(messages.slice(0, 2))]).toEqual(['attention', 'ok']);
  const all = levels.map((level) => ({ type: 'system.updated', data: { system: `s${level}`, level } }));
  expect(messagesOf(pack, all, 0)).toHaveLength(5);
  expect(() => messagesOf(pack, [{ type: 'system.updated', data: { system: 's6', level: 6 } }], 0)).toThrow();
});
