import { describe, expect, test } from '@jest/globals';
import { dayName, monthStart, periodStart, type BucketRow } from '#libs/contracts';
import { BucketSet, evaluateBy, evaluateFormula, EVERYTHING, explainFormula, levelOf, type Sight } from '#libs/live';
import { Catalogue, createPack, formula } from '#libs/sector-kit';
import { pack as defined } from './index.js';
import { LIVE_POINTS, SCORE_PARTS } from './scorecard.js';
import { STREAMS } from './simulation.js';

const pack = createPack('dossiers', defined, undefined);
const catalogue = new Catalogue([pack]);
const NOW = Date.parse('2026-10-10T16:00:00+07:00');
/** Published on 10/10/2026 for the national scorecard. */
const PUBLISHED = {
  '92': { onTime: 83.5, paid: 87.12, electronic: 67.11 },
  '56': { onTime: 84.39, paid: 88.29, electronic: 73.12 },
} as const;

const row = (metric: string, dims: string[], sum: number): BucketRow => ({
  metric: `dossiers.${metric}`,
  dims,
  resolution: 'd',
  start: periodStart('d', NOW),
  count: 1,
  sum,
  min: null,
  max: null,
  last: null,
  lastAt: NOW,
  version: 1,
});

/** The published counts as the projection would have them. */
function counted({ province, root, received, onTime, withFee, paidOnline }: (typeof STREAMS)[number]): BucketRow[] {
  const dims = (fee: string): string[] => [province, root, '2', fee];
  return [
    row('received', dims('online'), paidOnline),
    row('received', dims('desk'), withFee - paidOnline),
    row('received', dims('none'), received - withFee),
    row('late', [province, root], received - onTime),
  ];
}

const sightOf = (rows: BucketRow[]): Sight => {
  const buckets = new BucketSet();
  buckets.apply(rows, NOW);
  const units = { within: (code: string, above: string) => code === above, find: () => undefined };
  return { catalogue, buckets, units, scope: EVERYTHING, moment: { at: NOW, live: true } };
};
const indicator = (sight: Sight, code: string): number | null =>
  evaluateFormula(sight, formula(`[dossiers.${code}]`)).value;

const entered = (part: string, unit: string, done: number, all = 100, agency = 'H13'): BucketRow[] => [
  row('score-done', [unit, part, agency], done),
  row('score-all', [unit, part, agency], all),
];

describe('the published figures come out of the published counts', () => {
  test.each(STREAMS)('$source', (stream) => {
    const published = PUBLISHED[stream.province];
    const sight = sightOf([...counted(stream), ...entered('electronic-result', stream.province, published.electronic)]);
    const percent = (code: string): number => Math.round((indicator(sight, code) ?? Number.NaN) * 100) / 100;
    expect(percent('on-time-766-month')).toBe(published.onTime);
    expect(percent('paid-online-month')).toBe(published.paid);
    // 20 × on time / received; 6 × paid online / with a fee; 6 × electronic result.
    expect(indicator(sight, 'score-progress')).toBeCloseTo((20 * stream.onTime) / stream.received, 9);
    expect(evaluateFormula(sight, formula(LIVE_POINTS.paid)).value).toBeCloseTo((6 * published.paid) / 100, 2);
    // Alone of the parts that are entered its share was published: with nothing done of the others it is the group's points.
    const none = Object.keys(SCORE_PARTS).filter((part) => part !== 'electronic-result');
    const rest = none.flatMap((part) => entered(part, stream.province, 0));
    const alone = sightOf([
      ...counted(stream),
      ...entered('electronic-result', stream.province, published.electronic),
      ...rest,
      row('papers', [stream.province, stream.root, 'no'], 1),
    ]);
    expect(indicator(alone, 'score-digital')).toBeCloseTo((6 * published.electronic) / 100, 9);
    expect(indicator(alone, 'score-payment')).toBeCloseTo((6 * stream.paidOnline) / stream.withFee, 9);
    expect(indicator(sight, 'score')).toBeNull();
  });
});

describe('the scorecard', () => {
  const [stream] = STREAMS;
  if (!stream) throw new Error('no stream');
  const papers = [row('papers', ['92', 'H13', 'yes'], 50), row('papers', ['92', 'H13', 'no'], 50)];
  const all = Object.keys(SCORE_PARTS).flatMap((part) => entered(part, '92', 40));

  test('has 100 points in its six groups', () => {
    const groups = pack.indicators.filter(({ code }) => code.startsWith('dossiers.score-'));
    expect(groups.map(({ target }) => target)).toEqual([18, 20, 12, 10, 22, 18]);
    const full = Object.keys(SCORE_PARTS).flatMap((part) => entered(part, '92', 100));
    const perfect = [row('received', ['92', 'H13', '2', 'online'], 9), row('papers', ['92', 'H13', 'yes'], 9)];
    expect(indicator(sightOf([...full, ...perfect]), 'score')).toBeCloseTo(100, 9);
  });

  test('adds its parts up, those capped at 80 and 90 % earlier full', () => {
    const sight = sightOf([...counted(stream), ...papers, ...all]);
    expect(indicator(sight, 'score-openness')).toBeCloseTo(18 * 0.4, 9);
    expect(indicator(sight, 'score-online')).toBeCloseTo(6 * 0.4 + 6, 9);
    expect(indicator(sight, 'score-payment')).toBeCloseTo(2 + (6 * stream.paidOnline) / stream.withFee, 9);
    expect(indicator(sight, 'score-digital')).toBeCloseTo(0.4 * (6 + 2 + 4 + 2 + 2) + 1 + 4 * 0.5, 9);
    expect(indicator(sight, 'score-satisfaction')).toBeCloseTo(6 * (0.4 / 0.9) + 12 * 0.4, 9);
  });

  test('has no number where a part has none, and none of a nought in it', () => {
    const missing = [...counted(stream), ...papers, ...all.filter(({ dims }) => dims[1] !== 'reuse')];
    const sight = sightOf(missing);
    expect(indicator(sight, 'score-digital')).toBeNull();
    expect(indicator(sight, 'score')).toBeNull();
    expect(indicator(sight, 'score-openness')).not.toBeNull();
  });

  test('the split that the decision leaves open is a setting', () => {
    const other = createPack('dossiers', defined, { onlineProceduresPoints: 12 });
    const [own] = other.indicators.filter(({ code }) => code === 'dossiers.score-online');
    if (!own) throw new Error('no such group');
    const sight = { ...sightOf([...counted(stream), ...all]), catalogue: new Catalogue([other]) };
    expect(evaluateFormula(sight, own.formula).value).toBeCloseTo(12 * 0.4, 9);
    expect(() => createPack('dossiers', defined, { onlineProceduresPoints: 13 })).toThrow(/onlineProceduresPoints/);
  });
});

test('what is entered counts for this month and the two before, in months of any length', () => {
  const month = (start: string, done: number): BucketRow => ({
    ...row('score-done', ['92', 'published', 'H13'], done),
    start: Date.parse(`${start}T00:00:00+07:00`),
  });
  const rows = [month('2026-07-01', 1), month('2026-08-01', 10), month('2026-09-01', 100), month('2026-10-01', 1000)];
  const text = formula('sum(dossiers.score-done, 3mo, part: published)');
  const at = (day: string): number | null =>
    evaluateFormula({ ...sightOf(rows), moment: { at: Date.parse(`${day}T09:00:00+07:00`), live: true } }, text).value;
  expect(['2026-09-30', '2026-10-01', '2026-10-31', '2026-11-01', '2026-12-31'].map(at)).toEqual([
    111, 1110, 1110, 1100, 1000,
  ]);
  expect(pack.indicators.find(({ code }) => code === 'dossiers.score-openness')?.note.en).toContain(
    'two months before',
  );
  expect(JSON.stringify(pack.indicators.map((one) => one.formula))).not.toContain('"days":100');
});

describe('by agency', () => {
  const parts = Object.keys(SCORE_PARTS);
  // Two agencies of one commune and one of another: what is entered for each counts for it alone.
  const rows = [
    ['31135', 'H13.31135', 10, 2, 40],
    ['31135', 'H13.25', 20, 10, 80],
    ['31120', 'H13.31120', 30, 0, 100],
  ].flatMap(([unit, agency, received, late, done]) => {
    const place = [String(unit), String(agency)];
    return [
      row('received', [...place, '2', 'online'], Number(received)),
      row('late', place, Number(late)),
      row('papers', [...place, 'yes'], Number(received)),
      ...parts.flatMap((part) => entered(part, String(unit), Number(done), 100, String(agency))),
    ];
  });
  const sight = sightOf(rows);
  const by = (dimension: string, code: string): Record<string, number> =>
    Object.fromEntries(
      [...evaluateBy(sight, formula(`[dossiers.${code}]`), dimension)].map(([key, { value }]) => [key, value ?? -1]),
    );

  test('each group and the whole are there, and agencies add up to their commune and to all', () => {
    expect(by('agency', 'score-progress')).toEqual({ 'H13.31135': 16, 'H13.25': 10, 'H13.31120': 20 });
    expect(by('unit', 'score-progress')).toEqual({ '31135': 12, '31120': 20 });
    expect(indicator(sight, 'score-progress')).toBe(16);
    expect(by('agency', 'score-openness')['H13.25']).toBeCloseTo(18 * 0.8, 9);
    expect(by('unit', 'score-openness')['31135']).toBeCloseTo(18 * 0.6, 9);
    const groups = pack.indicators.filter(({ code }) => code.startsWith('dossiers.score-'));
    for (const agency of ['H13.31135', 'H13.25', 'H13.31120']) {
      const sum = groups.reduce((total, { code }) => total + (by('agency', code.slice(9))[agency] ?? Number.NaN), 0);
      expect(by('agency', 'score')[agency]).toBeCloseTo(sum, 9);
    }
    expect(by('agency', 'score')['H13.31120']).toBeCloseTo(100, 9);
  });

  test('explained for one agency it is that agency alone, down to the series', () => {
    const only = { ...sight, only: { by: 'agency', key: 'H13.25' } };
    const [progress] = explainFormula(only, formula('[dossiers.score-progress]')).parts ?? [];
    expect(progress?.value).toBe(10);
    expect(progress?.parts?.at(-1)?.series?.map(({ dims }) => dims.agency?.value)).toEqual(['H13.25']);
    // What has no such dimension is no data, and not the number of all.
    const field = formula('sum(dossiers.received-by-field, month)');
    expect(evaluateFormula(only, field).value).toBeNull();
  });
});

test('the windows are those of the published day', () => {
  expect(dayName(monthStart(NOW))).toBe('2026-10-01');
});

test('a score at the border of a rank has the better rank', () => {
  const levels = catalogue.indicator('dossiers.score')?.indicator.levels;
  const ranks = [80, 79.99, 70, 69.99, 50, 49.99].map((points) => levelOf(points, levels, NOW));
  expect(ranks).toEqual(['ok', 'attention', 'attention', 'serious', 'serious', 'critical']);
});
