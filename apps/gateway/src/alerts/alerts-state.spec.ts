import { expect, test } from '@jest/globals';
import type { AlertLine } from '#libs/contracts';
import { EVERYTHING } from '#libs/live';
import { alertsState, type Held } from './alerts-state.js';

const units = { within: (code: string, above: string) => code.startsWith(above), find: () => undefined };
const context = { now: 1_000_000, takeoverMs: 60_000, channelsDown: [], units };
let n = 0;
const held = (line: Partial<AlertLine>, smallCounts = false): Held => ({
  line: {
    id: String(++n),
    number: n,
    severity: 'warning',
    state: 'firing',
    sector: 'a',
    unit: 'T1',
    firedAt: n,
    askedAt: n,
    muted: null,
    ...line,
  } as AlertLine,
  smallCounts,
});
const idsOf = (all: Held[], scope = EVERYTHING) => alertsState(all, scope, context).open.map(({ id }) => id);

test('the worst come first, of these what nobody has answered, then the newest; what is muted last and in no count', () => {
  const [old, mild, muted, bad] = [
    held({ severity: 'serious' }),
    held({}),
    held({ severity: 'critical', muted: { why: 'silence', by: 's', until: null } }),
    held({ severity: 'serious', state: 'acknowledged' }),
  ] as [Held, Held, Held, Held];
  const state = alertsState([old, mild, muted, bad], EVERYTHING, context);
  expect(state.open.map(({ id }) => id)).toEqual([old, bad, mild, muted].map(({ line }) => line.id));
  expect(state).toMatchObject({
    counts: { critical: 0, serious: 2, warning: 1 },
    sectors: { a: { serious: 2 } },
    unanswered: 2,
    unansweredCritical: 0,
  });
});

test('what is resolved while its condition holds stays in sight, after what is open and in no count', () => {
  const holding = held({ origin: 'rule', severity: 'critical', state: 'resolved', endedAt: null });
  const state = alertsState([holding, held({ id: 'open' })], EVERYTHING, context);
  expect(state.open.map(({ id }) => id)).toEqual(['open', holding.line.id]);
  expect(state).toMatchObject({ counts: { critical: 0, warning: 1 }, unanswered: 1, takeovers: [] });
});

test('a storm of one sector leaves room for the others, and every alert is counted', () => {
  const storm = Array.from({ length: 500 }, () => held({ severity: 'critical' }));
  const other = Array.from({ length: 30 }, () => held({ sector: 'b' }));
  const ids = new Set(idsOf([...storm, ...other]));
  expect(ids.size).toBe(220);
  expect(other.filter(({ line }) => ids.has(line.id))).toHaveLength(20);
  expect(alertsState([...storm, ...other], EVERYTHING, context).counts).toMatchObject({ critical: 500, warning: 30 });
});

test('a scope holds its sectors and units only; of what names neither only who sees all', () => {
  const all = [held({}), held({ sector: 'b' }), held({ unit: 'T2' }), held({ unit: null }), held({ sector: null })];
  const id = (i: number) => all[i]?.line.id;
  expect(idsOf(all, { sectors: ['a'], units: '*' })).toEqual([id(3), id(2), id(0)]);
  expect(idsOf(all, { sectors: '*', units: ['T1'] })).toEqual([id(4), id(1), id(0)]);
});

test('small counts are hidden where everybody looks, in the takeover too', () => {
  const all = [held({ severity: 'critical', value: 3, latest: { value: 4, at: 1 }, limit: 2, askedAt: 990_000 }, true)];
  const wall = alertsState(all, { ...EVERYTHING, shared: true }, context);
  expect([wall.open[0]?.value, wall.takeover?.alert.value, wall.takeover?.alert.limit]).toEqual([null, null, null]);
  expect([wall.open[0]?.latest, wall.takeover?.alert.latest]).toEqual([null, null]);
  expect(alertsState(all, EVERYTHING, context).takeover?.alert.value).toBe(3);
});

test('a critical alert takes walls over until its time ends, unless somebody answered or it is muted', () => {
  const critical = { severity: 'critical', askedAt: 950_000 } as const;
  const takes = (line: Partial<AlertLine>) =>
    alertsState([held({ ...critical, ...line })], EVERYTHING, context).takeover;
  expect(takes({})?.until).toBe(1_010_000);
  expect(takes({ askedAt: 940_000 })).toBeNull();
  expect(takes({ state: 'acknowledged' })).toBeNull();
  expect(takes({ muted: { why: 'maintenance', by: 'm', until: 2 } })).toBeNull();
});

test('critical alerts asked for at one moment hold walls together, each until its own time; answering one leaves the other', () => {
  const critical = { severity: 'critical', askedAt: 950_000 } as const;
  const [first, second, later, over] = [
    held(critical),
    held(critical),
    held({ ...critical, askedAt: 960_000 }),
    held({ ...critical, askedAt: 1 }),
  ] as [Held, Held, Held, Held];
  const holding = (all: Held[]) => {
    const { takeover, takeovers, unansweredCritical } = alertsState(all, EVERYTHING, context);
    expect(takeover).toEqual(takeovers[0] ?? null);
    return [takeovers.map(({ alert, until }) => [alert.id, until]), unansweredCritical];
  };
  const id = ({ line }: Held) => line.id;
  const rest = [
    [id(second), 1_010_000],
    [id(first), 1_010_000],
  ];
  // Of one whose time is over nobody has been relieved: it is counted.
  expect(holding([first, second, later, over])).toEqual([[[id(later), 1_020_000], ...rest], 4]);
  const answered = { ...second, line: { ...second.line, state: 'acknowledged' } } as Held;
  expect(holding([first, answered])).toEqual([[[id(first), 1_010_000]], 1]);
  expect(idsOf([first, answered])).toEqual([id(first), id(second)]);
  const storm = Array.from({ length: 30 }, () => held(critical));
  const { takeovers, unansweredCritical } = alertsState(storm, EVERYTHING, context);
  expect([takeovers.length, unansweredCritical]).toEqual([20, 30]);
});

test('the newest asked for takes walls over, however long ago it fired, also where a storm hides it', () => {
  const storm = Array.from({ length: 300 }, (_, i) =>
    held({ severity: 'critical', sector: null, askedAt: 950_000 + i }),
  );
  const again = held({ severity: 'critical', sector: null, firedAt: -1, askedAt: 960_000 });
  const { open, takeover } = alertsState([...storm, again], EVERYTHING, context);
  expect(open.some(({ id }) => id === again.line.id)).toBe(false);
  expect([takeover?.alert.id, takeover?.until]).toEqual([again.line.id, 1_020_000]);
});
