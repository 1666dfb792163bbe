import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { DAY_MS, type HubEvent } from '#libs/contracts';
import { checkProjection, createPack, enteredType } from '#libs/sector-kit';
import { checkPack, countedBy, countedWithPast } from '../../../test/support/pack-checks.js';
import { goal, TYPES } from './projections.js';
import { goalsOf } from './goals.js';
import { pack as defined } from './index.js';
import { TargetSettings } from './settings.js';
import { monthNumber, progressOf } from './trajectory.js';

const pack = createPack('targets', defined, undefined);
const day = (text: string): number => Date.parse(`${text}T00:00:00+07:00`);
const NOW = day('2024-01-15');
const published = JSON.parse(readFileSync(new URL('./fixtures/published.json', import.meta.url), 'utf8')) as {
  tasks: { all: number; done: number; continuing: number };
  accounts: { people: number; percent: number; ofTarget: number };
  digitalEconomy: { percent: number; target: number };
  dti: {
    digitalGovernment: number;
    digitalSociety: number;
    assumedYear: number;
    in2020: Record<'digitalGovernment' | 'digitalEconomy' | 'digitalSociety', number>;
    ranks: Record<string, number>;
  };
};

let ids = 0;
const event = (type: string, time: number, data: Record<string, unknown>): HubEvent => ({
  id: String(ids++),
  source: 'test',
  type,
  time,
  data,
});
const set = (code: string, base: [string, number], target: [string, number]): HubEvent =>
  event(TYPES.goal, NOW - DAY_MS, { goal: code, base: base[1], baseAt: base[0], target: target[1], by: target[0] });
const measured = (code: string, at: string, value: number): HubEvent =>
  event(TYPES.actual, NOW - DAY_MS, { goal: code, value, at });

test('is a whole pack, and its simulation has the published figures', () => {
  const events = checkPack(pack, day('2026-11-10'));
  const read = countedBy(pack, events, day('2026-11-12'));
  expect(read('[targets.tasks-done]')).toBe(published.tasks.done);
  expect(read('[targets.tasks-continuing]')).toBe(published.tasks.continuing);
  expect(read('[targets.dti.government]')).toBe(published.dti.digitalGovernment);
  expect(read('[targets.dti.society]')).toBe(published.dti.digitalSociety);
  // A pillar without a value leaves the index without one.
  expect(read('[targets.dti]')).toBeNull();
});

test('the pillars go from their published values of 2020 to those taken to be of 2022, not of a later year', () => {
  const { assumedYear, digitalGovernment, in2020 } = published.dti;
  const pillars = goalsOf(new TargetSettings()).filter(({ points }) => points !== undefined);
  expect(pillars.map(({ base }) => base)).toEqual(Object.values(in2020).map((value) => ['2020-12-31', value]));
  const years = pillars.flatMap(({ actual }) => (actual ? [Number(actual[0].slice(0, 4))] : []));
  expect(years).toEqual([assumedYear, assumedYear]);
  const told = checkPack(pack, day('2026-11-10'));
  const reached = (now: string) => countedBy(pack, told, day(now))('[targets.dti.government.reached]');
  // 0.3512 in two years of 730 days: the 0.1383 that are missing take 287 days from the end of 2022.
  const days = (730 * (0.8 - digitalGovernment)) / (digitalGovernment - in2020.digitalGovernment);
  expect(Math.floor(days)).toBe(287);
  expect(reached('2023-06-01')).toBe(2023 * 12 + 9);
  // That month has passed and nobody told of 0.8: no forecast any more.
  expect(reached('2026-11-12')).toBeNull();
});

test('the index is the weighted sum of its pillars', () => {
  const { digitalGovernment, digitalSociety } = published.dti;
  const pillar = (name: string, value: number): HubEvent[] => [
    set(`dti.${name}`, ['2022-12-31', 0.5], ['2027-12-31', 0.8]),
    measured(`dti.${name}`, '2023-12-31', value),
  ];
  const read = countedBy(
    pack,
    [...pillar('government', digitalGovernment), ...pillar('economy', 0.5), ...pillar('society', digitalSociety)],
    NOW,
  );
  expect(read('[targets.dti]')).toBeCloseTo(0.4 * digitalGovernment + 0.3 * 0.5 + 0.3 * digitalSociety, 9);
});

describe('what is published of the DTI beside its pillars', () => {
  const value = (metric: string, period: string, value: number, ...dims: string[]): HubEvent =>
    event(enteredType('targets'), NOW - DAY_MS, { metric, dims, period, value, version: 1 });

  test('the rank is entered by year, and says how many places were gained', () => {
    const ranks = Object.entries(published.dti.ranks).map(([year, rank]) => value('dti-rank', `${year}-01-01`, rank));
    const at = (now: string) => ['dti-rank', 'dti-rank-gain'].map((code) => read(now, `[targets.${code}]`));
    const read = (now: string, text: string) => countedWithPast(pack, ranks, day(now))(text);
    expect(at('2021-06-01')).toEqual([56, 1]);
    expect(at('2022-06-01')).toEqual([36, 20]);
    expect(at('2020-06-01')).toEqual([57, null]);
  });

  test('main and component indices add up apart, and say how many are there', () => {
    const indices = [
      value('dti-index', '2022-01-01', 40, 'm1'),
      value('dti-index', '2023-01-01', 61.5, 'm1'),
      value('dti-index', '2023-01-01', 30, 'm8'),
      value('dti-index', '2023-01-01', 7, 'c47'),
    ];
    const read = countedBy(pack, indices, NOW);
    const codes = ['dti-main', 'dti-main-known', 'dti-components', 'dti-components-known'];
    expect(codes.map((code) => read(`[targets.${code}]`))).toEqual([91.5, 2, 7, 1]);
    expect(countedBy(pack, [], NOW)('[targets.dti-main]')).toBeNull();
  });

  test('has the names that the operator gives, each index once', () => {
    const labels = (dtiNames: string[]) => createPack('targets', defined, { dtiNames }).labels['index'];
    expect(Object.keys(labels([]) ?? {})).toHaveLength(8 + 47);
    expect(labels(['m2 Thể chế số | Digital institutions'])).toMatchObject({
      m1: { en: 'Main index 1' },
      m2: { vi: 'Thể chế số', en: 'Digital institutions' },
      c47: { vi: 'Chỉ số thành phần 47' },
    });
    for (const names of [['m9 a | b'], ['c48 a | b'], ['m1 a'], ['m1 a | b', 'm1 c | d']])
      expect(() => labels(names)).toThrow(/dtiNames must/);
  });
});

describe('a goal', () => {
  const events = [
    set('nq07.digital-economy', ['2020-12-31', 3], ['2025-12-31', published.digitalEconomy.target]),
    measured('nq07.digital-economy', '2023-12-31', published.digitalEconomy.percent),
  ];
  const about = (what: string): number | null =>
    countedBy(pack, events, NOW)(`last(targets.goal, now, goal: nq07.digital-economy, what: ${what})`);

  test('shows how far it is behind the straight line, and when it is reached at this pace', () => {
    const share = (NOW - day('2020-12-31')) / (day('2025-12-31') - day('2020-12-31'));
    expect(about('expected')).toBeCloseTo(3 + 17 * share, 9);
    expect(about('gap')).toBeCloseTo(7.41 - (3 + 17 * share), 9);
    expect(about('done')).toBeCloseTo((100 * (7.41 - 3)) / 17, 9);
    // 4.41 points in three years: the 12.59 that are missing take 8.56 years more.
    expect(about('reached')).toBe(2032 * 12 + 6);
    expect(countedBy(pack, events, NOW)('[targets.behind]')).toBe(1);
  });

  test('that was passed is reached: 69.29 % are 139 % of the target', () => {
    const target = (100 * published.accounts.percent) / published.accounts.ofTarget;
    const passed = [
      set('national.accounts', ['2020-12-31', 0], ['2025-12-31', Number(target.toFixed(2))]),
      measured('national.accounts', '2023-12-31', published.accounts.percent),
    ];
    const read = countedBy(pack, passed, NOW);
    expect(Math.round(read('last(targets.goal, now, what: done)') ?? 0)).toBe(published.accounts.ofTarget);
    expect(read('sum(targets.tracks, now, track: reached)')).toBe(1);
    expect(read('last(targets.goal, now, what: reached)')).toBe(2023 * 12 + 11);
  });

  test('without a value has none, and no gap', () => {
    const read = countedBy(pack, events.slice(0, 1), NOW);
    expect(read('[targets.nq07.digital-economy]')).toBeNull();
    expect(read('[targets.behind]')).toBe(0);
  });

  test('takes an older value that is told later, and ends the same in any order', () => {
    const late = [...events, measured('nq07.digital-economy', '2022-12-31', 5)];
    expect(countedBy(pack, late, NOW)('[targets.nq07.digital-economy]')).toBe(7.41);
    const corrected = [...events, { ...measured('nq07.digital-economy', '2023-12-31', 7.2), time: NOW - 1 }];
    expect(countedBy(pack, corrected, NOW)('[targets.nq07.digital-economy]')).toBe(7.2);
    const values = fc.array(fc.tuple(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 0, max: 9 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(values, fc.integer(), (list, seed) => {
        const told = list.map(([date, value], i) => ({
          ...measured('a', `2023-02-${String(date).padStart(2, '0')}`, value),
          time: NOW - (i % 3),
        }));
        checkProjection(
          goal(goalsOf({ goals: [], names: [] })),
          [...told, set('a', ['2020-01-01', 0], ['2025-01-01', 9])],
          { seed },
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe('what a province sets for itself', () => {
  const own = (given: object) => createPack('targets', defined, given);
  const economy = 'nq07.digital-economy % 2020-12-31 3 2030-12-31 30';

  test('changes target, way and deadline, for what is followed and for what is shown', () => {
    const changed = own({
      goals: [economy, 'xanh.trees cây 2025-01-01 0 2027-12-31 5000'],
      names: ['xanh.trees Trồng cây | Trees', 'xanh Đề án xanh | Green plan'],
    });
    const [indicator, , trees] = changed.indicators;
    expect([indicator?.code, indicator?.target]).toEqual(['targets.nq07.digital-economy', 30]);
    expect(trees).toMatchObject({
      code: 'targets.xanh.trees',
      target: 5000,
      title: { en: 'Trees' },
      format: { unit: { vi: 'cây' } },
    });
    expect(trees?.note.en).toMatch(/^Green plan/);
    expect(checkPack(changed, day('2026-11-10')).length).toBeGreaterThan(0);
    // Without an event that sets the goal its way is that of the settings; an event goes before.
    const told = measured('nq07.digital-economy', '2023-12-31', 7.41);
    const target = 'last(targets.goal, now, goal: nq07.digital-economy, what: target)';
    expect(countedBy(changed, [told], NOW)(target)).toBe(30);
    expect(countedBy(pack, [told], NOW)(target)).toBe(20);
    const set20 = set('nq07.digital-economy', ['2020-12-31', 3], ['2025-12-31', 25]);
    expect(countedBy(changed, [told, set20], NOW)(target)).toBe(25);
  });

  test('keeps the index while all three pillars are followed, and shows a target of a pillar that it set', () => {
    const codes = (given: object) => own(given).indicators.map(({ code }) => code);
    expect(codes({})).toContain('targets.dti');
    expect(codes({ goals: [economy] })).not.toContain('targets.dti');
    const pillar = (line: string) => own({ goals: [line] }).indicators[0]?.target;
    expect(pillar('dti.government - 2022-12-31 0.5787 2027-12-31 0.8')).toBeUndefined();
    expect(pillar('dti.government - 2022-12-31 0.5787 2027-12-31 0.9')).toBe(0.9);
  });

  test('is refused where it is wrong, by its name', () => {
    expect(() => own({ goals: ['nq07.digital-economy 20'] })).toThrow(/targets: goals must be goals such as/);
    expect(() => own({ goals: [economy, economy] })).toThrow(/goals must name each goal once/);
    expect(() => own({ names: ['xanh'] })).toThrow(/names must be names such as/);
    expect(() => own({ dueSoonDays: 0 })).toThrow(/dueSoonDays/);
  });

  test('due soon is a matter of as many days', () => {
    const task = event(TYPES.task, NOW - DAY_MS, { task: 't1', state: 'doing', agency: 'H13.2', due: '2024-01-25' });
    const soon = 'sum(targets.tasks, now, state: due-soon)';
    expect(countedBy(pack, [task], NOW)(soon)).toBe(0);
    expect(countedBy(own({ dueSoonDays: 14 }), [task], NOW)(soon)).toBe(1);
  });
});

test('a forecast: "at this pace 2027-03"', () => {
  const course = {
    base: 0,
    baseAt: day('2024-03-15'),
    target: 30,
    by: day('2026-12-31'),
    actual: 10,
    actualAt: day('2025-03-15'),
  };
  const { reachedAt } = progressOf(course, NOW);
  expect(reachedAt).not.toBeNull();
  expect(monthNumber(reachedAt ?? 0)).toBe(2027 * 12 + 2);
  expect(progressOf({ ...course, actual: -1 }, NOW).reachedAt).toBeNull();
  expect(progressOf({ ...course, actual: 0.001 }, NOW).reachedAt).toBeNull();
  const down = { ...course, base: 100, target: 50, actual: 80 };
  // A year of 1,021 days: from 100 to 82.1 by then; 80 is ahead, since down is the way.
  expect(progressOf(down, day('2025-03-15')).gap).toBeCloseTo(100 - (50 * 365) / 1021 - 80, 9);
});

test('a task is continuing, due soon, overdue or done by its dates', () => {
  const task = (state: string, due: string, more = {}): HubEvent[] => [
    event(TYPES.task, NOW - DAY_MS, { task: 't1', state, agency: 'H13.2', due, ...more }),
  ];
  const state = (events: HubEvent[]): string => {
    const read = countedBy(pack, events, NOW);
    const names = ['continuing', 'due-soon', 'overdue', 'done', 'done-late'];
    return names.filter((name) => read(`sum(targets.tasks, now, state: ${name})`) === 1).join();
  };
  expect(state(task('doing', '2024-03-01'))).toBe('continuing');
  expect(state(task('doing', '2024-01-20'))).toBe('due-soon');
  expect(state(task('doing', '2024-01-14'))).toBe('overdue');
  expect(state(task('done', '2024-01-14', { done: '2024-01-13' }))).toBe('done');
  expect(state(task('done', '2024-01-10', { done: '2024-01-13' }))).toBe('done-late');
  expect(state(task('cancelled', '2024-01-10'))).toBe('');
});

test('tasks are counted by their states, and goals by their tracks', () => {
  const task = (name: string, state: string, due: string): HubEvent =>
    event(TYPES.task, NOW - DAY_MS, { task: name, state, due });
  const read = countedBy(
    pack,
    [
      task('a', 'done', '2024-03-01'),
      task('b', 'doing', '2024-01-10'),
      task('c', 'open', '2024-01-11'),
      task('d', 'doing', '2024-06-01'),
      task('e', 'cancelled', '2024-01-10'),
      measured('national.accounts', '2023-12-31', 69.29),
      measured('nq07.reporting', '2023-12-31', 30.77),
    ],
    NOW,
  );
  const numbers = ['tasks-share', 'tasks-overdue', 'tasks-continuing', 'on-track', 'behind', 'nq07.reporting'];
  expect(numbers.map((code) => read(`[targets.${code}]`))).toEqual([25, 2, 3, 1, 1, 30.77]);
});

test('a task whose day has no time is kept until the day ends, and stays done when it is told again', () => {
  const told = (at: string, state: string): HubEvent =>
    event(TYPES.task, Date.parse(`${at}+07:00`), { task: 'nv', state, due: '2026-10-12' });
  const at = (text: string, events: HubEvent[], state: string): number | null =>
    countedBy(pack, events, Date.parse(`${text}+07:00`))(`sum(targets.tasks, now, state: ${state})`);
  const doing = told('2026-10-01T08:00', 'doing');
  expect(at('2026-10-12T16:00', [doing], 'overdue')).toBe(0);
  expect(at('2026-10-13T00:01', [doing], 'overdue')).toBe(1);
  const done = [doing, told('2026-10-12T09:00', 'done'), told('2026-10-20T09:00', 'done')];
  expect(at('2026-10-21T09:00', done, 'done')).toBe(1);
  expect(at('2026-10-21T09:00', done, 'done-late')).toBe(0);
  // Taken up again it is done by the first report after that, in whatever order they come.
  const again = [...done.slice(0, 2), told('2026-10-14T08:00', 'doing'), told('2026-10-19T09:00', 'done')];
  expect(at('2026-10-14T09:00', again.slice(0, 3), 'overdue')).toBe(1);
  for (const events of [again, again.toReversed()]) expect(at('2026-10-21T09:00', events, 'done-late')).toBe(1);
});
