import fc from 'fast-check';
import { HOUR_MS, type HubEvent } from '#libs/contracts';
import { enteredType } from '#libs/sector-kit';
import { loadCatalogue } from '#libs/sectors';

/** A text that stands for what JSON cannot say; `jsonOf` writes it as it is named. */
const RAW = '\u{1f5dd}raw:';
const rawNumber = fc.constantFrom('1e400', '-1e400', '1e-400', '-0', '1E+2', '123456789012345678901234567890');

/** Texts that break readers: NUL, half surrogates, marks of direction, quotes of other languages, long ones. */
export const junkText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    '',
    '\0',
    'a\0b',
    '\ud800',
    '\udc00x',
    '\u202e',
    '\ufeff',
    "'; DROP TABLE event; --",
    '{{7*7}}',
    '__proto__',
    'constructor',
    '../../etc/passwd',
    'NaN',
    'Infinity',
    '%00',
    '$1',
    '\\u0000',
    'ＡＢ',
    'e\u0301',
  ),
  fc.constantFrom(...[36, 201, 501, 2_001, 201, 501, 21_000, 70_000].map((length) => 'x'.repeat(length))),
);

const junkTime = fc.oneof(
  fc.constantFrom(
    '2026-02-30T00:00:00Z',
    '0000-00-00T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '-271821-04-20T00:00:00Z',
    '+275760-09-13T00:00:00Z',
    '2026-01-01',
    '2026-01-01T25:61:61Z',
    '2026-01-01T00:00:00+99:99',
    '1970-01-01T00:00:00Z',
    '2026-01-01T23:59:60Z',
    'yesterday',
    1,
    8.64e15,
    -1,
  ),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
);

const nested = fc.integer({ min: 1, max: 40 }).map((depth) => {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { in: value };
  return value;
});

const key = fc.oneof(
  fc.constantFrom(
    'id',
    'type',
    'data',
    'time',
    'a',
    'a/b',
    '~',
    '__proto__',
    'constructor',
    'toString',
    '',
    'k\0',
    '\ud801',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

export const junkValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(null, true, false, 0, -1, 1.5, '', [], {}, [null], [[]], [{}]) },
  { weight: 3, arbitrary: junkText },
  { weight: 2, arbitrary: fc.double().map((value) => (Number.isFinite(value) ? value : `${RAW}1e400`)) },
  { weight: 2, arbitrary: rawNumber.map((text) => RAW + text) },
  { weight: 1, arbitrary: junkTime },
  { weight: 1, arbitrary: nested },
  {
    weight: 2,
    arbitrary: fc.dictionary(
      key,
      fc.oneof(
        fc.integer(),
        junkText,
        rawNumber.map((text) => RAW + text),
      ),
      { maxKeys: 4 },
    ),
  },
  { weight: 1, arbitrary: fc.array(fc.oneof(fc.integer(), junkText), { maxLength: 4 }) },
);

/** JSON of a value; texts marked raw stand in it as they are, `__proto__` too. */
export const jsonOf = (value: unknown): string =>
  (JSON.stringify(value) ?? 'null').replaceAll(new RegExp(`"${RAW}([^"]*)"`, 'gu'), '$1');

/** Steps back into the past in search of an event of each type, far enough for nights, week-ends and Tết. */
const STEP = 6 * HOUR_MS;
const STEPS = 80;

/** The newest realistic event of each type, as a sector system would send it. */
export async function modelEvents(): Promise<(Omit<HubEvent, 'time' | 'source'> & { time: string })[]> {
  const catalogue = await loadCatalogue();
  const now = Date.now();
  const models = new Map<string, Omit<HubEvent, 'time' | 'source'> & { time: string }>();
  for (const { id, events, simulation } of catalogue.packs) {
    // What people enter, not every pack simulates.
    const wanted = new Set(events.map(({ type }) => type).filter((type) => type !== enteredType(id)));
    for (let to = now; simulation && wanted.size > 0 && to > now - STEPS * STEP; to -= STEP) {
      for (const { source, time, ...event } of simulation.events({ from: to - STEP, to, seed: 5, pace: 1 }))
        // All come from one source in a test: what two sources call alike must stay two events.
        if (wanted.delete(event.type))
          models.set(event.type, { ...event, id: `${id}/${source}/${event.id}`, time: new Date(time).toISOString() });
    }
  }
  return [...models.values()];
}

type Change = {
  path: 'envelope' | 'data';
  pick: number;
  how: 'replace' | 'remove' | 'add';
  name: string;
  value: unknown;
};
const change: fc.Arbitrary<Change> = fc.record({
  path: fc.constantFrom('envelope' as const, 'data' as const, 'data' as const),
  pick: fc.nat(40),
  how: fc.constantFrom('replace' as const, 'replace' as const, 'remove' as const, 'add' as const),
  name: key,
  value: junkValue,
});

/** An event that is nearly right: a model with up to three changes. */
export function nearlyRight(models: readonly object[]): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .record({ model: fc.nat(models.length - 1), id: fc.uuid(), changes: fc.array(change, { maxLength: 3 }) })
    .map(({ model, id, changes }) => {
      const event = structuredClone({ ...models[model], id }) as Record<string, unknown>;
      for (const { path, pick, how, name, value } of changes) {
        const inside = path === 'data' ? event['data'] : event;
        if (typeof inside !== 'object' || inside === null) continue;
        const names = Object.keys(inside);
        const field = how === 'add' ? name : (names[pick % Math.max(1, names.length)] ?? name);
        if (how === 'remove') delete (inside as Record<string, unknown>)[field];
        else Object.defineProperty(inside, field, { value, enumerable: true, configurable: true, writable: true });
      }
      return event;
    });
}
