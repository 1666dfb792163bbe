import { describe, expect, test } from '@jest/globals';
import { HOUR_MS, type HubEvent, type Measure } from '#libs/contracts';
import { BucketSet, EVERYTHING, type MeasureRead } from '#libs/live';
import type { EventWindow, EvidenceReader, NarrowedBy } from '#libs/persistence';
import { Catalogue } from '#libs/sector-kit';
import { CLINIC, clinic } from '../../../../test/support/clinic-pack.js';
import { eventsBehind } from './events-behind.js';
import type { MomentOf } from './put-in.js';

const NOW = Date.UTC(2026, 10, 26, 5);
const catalogue = new Catalogue([clinic]);
const units = { within: (code: string, above: string) => code === above, find: () => undefined };
const measure: Measure = { metric: 'clinic.calls', agg: 'sum', over: 'today' };

/** Newest first, two a second. */
const call = (n: number, unit: string): HubEvent => ({
  ...{ id: `call-${n}`, source: 'line', type: CLINIC.call, time: NOW - Math.floor(n / 2) * 1_000, unit },
  data: { kind: 'injury' },
});

async function search(
  events: readonly HubEvent[],
  narrowed: NarrowedBy | null = null,
  moments: readonly MomentOf[] = [],
): Promise<{ found: string[]; asked: [number, number][] }> {
  const asked: [number, number][] = [];
  const reader = {
    eventsOf: (types: Map<string, number>, { from, each }: { from: number; each: number }) => {
      const until = types.get(CLINIC.call) ?? 0;
      asked.push([(NOW - until) / 1_000, each]);
      return Promise.resolve(events.filter(({ time }) => time > from && time <= until).slice(0, each));
    },
    eventsAmong: (windows: EventWindow[], { units, text }: NarrowedBy, { scanned }: { scanned: number }) =>
      Promise.resolve(
        windows.flatMap(({ from, until }) =>
          events
            .filter(({ time }) => time > from && time <= until)
            .slice(0, scanned)
            .filter(
              (event) => units?.includes(event.unit ?? '') !== false && (text === null || event.subject === text),
            ),
        ),
      ),
    sharesOf: () => Promise.resolve(new Map()),
  } as unknown as EvidenceReader;
  const moment = { at: NOW, live: true };
  const sight = { catalogue, units, buckets: new BucketSet(), scope: EVERYTHING, moment };
  const span: MeasureRead['span'] = { kind: 'buckets', from: NOW - HOUR_MS, to: NOW + HOUR_MS, base: 'h' };
  const reads = [{ measure, span, sight: { ...sight, only: { by: 'unit', key: 'T2' } } }];
  const found = await eventsBehind({ catalogue, reader }, reads, {
    ...{ until: NOW, most: 3, sees: () => true, moments, narrowed },
  });
  return { found: found.map(({ id }) => id), asked };
}

const among = (behind: readonly number[], count = 2_000): HubEvent[] =>
  Array.from({ length: count }, (_, n) => call(n, behind.includes(n) ? 'T2' : 'T1'));

test('where the newest hundred have enough, no more is read', async () => {
  expect(await search(among([3, 50, 99]))).toEqual({ found: ['call-3', 'call-50', 'call-99'], asked: [[0, 100]] });
});

test('what is read further begins where the first ended, and loses none of that very moment', async () => {
  // The hundredth and the next happened at the same time.
  const { found, asked } = await search([{ ...call(0, 'T2'), id: 'first' }, ...among([98, 99])]);
  // Two of a hundred were found and one is missing: 75 more are likely to have it.
  expect(asked).toEqual([
    [0, 100],
    [49, 75],
  ]);
  expect(found).toEqual(['first', 'call-98', 'call-99']);
});

test('of a type of which more events came than are looked at, nothing further back is read', async () => {
  const { found, asked } = await search(among([1, 300, 1_500]));
  expect(found).toEqual(['call-1', 'call-300']);
  expect(asked.map(([, each]) => each)).toEqual([100, 300, 100]);
});

test('behind more events than are looked at stand those that changed its series last, without reading more', async () => {
  const moments = [1_500, 1_700, 1_900].map((n) => ({ metric: 'clinic.calls', at: call(n, 'T2').time }));
  expect(await search(among([1_500, 1_700, 1_900]), null, moments)).toEqual({
    found: ['call-1500', 'call-1700', 'call-1900'],
    asked: [[0, 100]],
  });
});

test('few events are all looked at, as far back as the window reaches', async () => {
  expect(await search(among([1, 30], 60))).toEqual({ found: ['call-1', 'call-30'], asked: [[0, 100]] });
});

describe('of one unit or key', () => {
  const moments = [{ metric: 'clinic.calls', at: call(5_100, 'T2').time }];

  test('the newest are found among thousands of others, without reading those', async () => {
    const narrowed = { units: ['T2'], text: null };
    expect(await search(among([1, 600, 1_500]), narrowed)).toEqual({
      found: ['call-1', 'call-600', 'call-1500'],
      asked: [],
    });
  });

  test('further back than is looked through stand those that changed the series last', async () => {
    const events = among([5_100, 5_400], 5_500);
    expect((await search(events, { units: ['T2'], text: null }, moments)).found).toEqual(['call-5100']);
    // The key itself is not told by the event.
    expect((await search(events, { units: ['T2'], text: 'reckoned' }, moments)).found).toEqual(['call-5100']);
  });

  test('what changed the series last may have taken from it: then those shortly before', async () => {
    const events = among([5_100], 5_500).map((event) => ({ ...event, subject: 'K' }));
    const later = [{ metric: 'clinic.calls', at: call(5_050, 'T2').time }];
    expect((await search(events, { units: ['T2'], text: 'K' }, later)).found).toEqual(['call-5100']);
  });
});
