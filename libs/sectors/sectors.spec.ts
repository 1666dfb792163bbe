import { expect, test } from '@jest/globals';
import { DAY_MS } from '#libs/contracts';
import { BucketSet, evaluateFormula, EVERYTHING, type Sight } from '#libs/live';
import { enteredType, personalFields } from '#libs/sector-kit';
import { loadCatalogue } from './index.js';

test('no two indicators have one name: on a wall of all sectors a reader could not tell them apart', async () => {
  const { packs } = await loadCatalogue();
  for (const language of ['vi', 'en'] as const) {
    const names = packs.flatMap(({ indicators }) => indicators.map(({ title }) => title[language]));
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  }
});

test('every dimension has a name in both languages: a code tells a reader nothing', async () => {
  const { packs } = await loadCatalogue();
  const unnamed = packs.flatMap(({ id, metrics, dimensions = {} }) => {
    const dims = new Set(metrics.flatMap((metric) => metric.dims));
    const own = [...dims].filter((name) => name !== 'unit' && name !== 'agency');
    const stray = Object.keys(dimensions).filter((name) => !dims.has(name));
    return [...own.filter((name) => !dimensions[name]?.vi || !dimensions[name].en), ...stray].map(
      (name) => `${id}.${name}`,
    );
  });
  expect(unnamed).toEqual([]);
});

test('on an empty hub no indicator says a number: nothing was observed, which is not 0', async () => {
  const catalogue = await loadCatalogue();
  const units = { within: (code: string, above: string) => code === above, find: () => undefined };
  const at = Date.UTC(2026, 10, 22, 7, 0);
  const numbersOf = (buckets: BucketSet): string[] => {
    const own = { catalogue, units, buckets, scope: EVERYTHING };
    const past: Sight = { ...own, moment: { at, live: false } };
    const sight: Sight = { ...own, moment: { at, live: true }, earlier: () => past };
    return catalogue
      .allIndicators()
      .filter(({ formula }) => evaluateFormula(sight, formula).value !== null)
      .map(({ code }) => code);
  };
  expect(catalogue.allIndicators().length).toBeGreaterThan(100);
  expect(numbersOf(new BucketSet())).toEqual([]);
  // The first message of a sector makes counts of that sector 0, and of no other.
  let zeros = 0;
  for (const { metrics, indicators } of catalogue.packs) {
    const buckets = new BucketSet();
    buckets.observe(metrics.slice(0, 1).map(({ code }) => code));
    const own = indicators.map(({ code }) => code);
    const numbers = numbersOf(buckets);
    expect(numbers.filter((code) => !own.includes(code))).toEqual([]);
    zeros += numbers.length;
  }
  expect(zeros).toBeGreaterThan(50);
});

test('no pack keeps a person, not even as a pseudonym: none has a number that counts persons once', async () => {
  const { packs } = await loadCatalogue();
  const fields = packs.flatMap(({ events }) =>
    events.flatMap(({ type, dto }) => [...personalFields(dto)].map(([name, how]) => `${type} ${name}: ${how}`)),
  );
  expect(fields.length).toBeGreaterThan(10);
  expect(fields.filter((field) => !field.endsWith(': drop'))).toEqual([]);
});

test('an agency has its name in every pack, also in those that only know its code', async () => {
  const { packs } = await loadCatalogue();
  const nameIn = (id: string, agency: string) => packs.find((pack) => pack.id === id)?.labels['agency']?.[agency]?.vi;
  expect(nameIn('targets', 'H13.2')).toBe('Sở Nông nghiệp và Môi trường Cần Thơ');
  expect(nameIn('feedback', 'H13.31135')).toBe('UBND phường Ninh Kiều');
  expect(nameIn('security', 'H99.1')).toBeUndefined();
});

test('a simulation that tells figures which are entered is registered for them by name: only so are they marked', async () => {
  const { packs } = await loadCatalogue();
  const from = Date.parse('2026-11-22T00:00+07:00');
  const told = packs.flatMap(({ id, simulation }) => {
    const type = enteredType(id);
    const events = [...(simulation?.events({ from, to: from + DAY_MS, seed: 1, pace: 0.1 }) ?? [])];
    const sources = new Set(events.filter((event) => event.type === type).map(({ source }) => source));
    return [...sources].map((source) => {
      const types = simulation?.sources.find((one) => one.id === source)?.types;
      return `${source} ${types?.includes(type) ? 'by name' : 'by a pattern'}`;
    });
  });
  expect(told.sort()).toEqual(['demo-social by name', 'demo-y-te-cac-nam-truoc by name']);
});
