import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { pino } from 'pino';
import { periodStart, type ChangesMessage } from '#libs/contracts';
import type { LiveBus } from '#libs/live';
import type { BucketReader } from '#libs/persistence';
import { harbourCatalogue } from '../../../../test/support/harbour-pack.js';
import { BoardData } from './board-data.js';

const START = Date.UTC(2026, 10, 22, 7, 0);
let data: BoardData;

beforeEach(() => {
  jest.useFakeTimers({ now: START });
});
afterEach(async () => {
  await data.stop();
  jest.useRealTimers();
});

/** A bus and a database that can be cut. */
function world() {
  const state = { bus: true, database: true, loads: 0 };
  let listener: (message: ChangesMessage) => void = () => undefined;
  const bus = {
    publish: (_topic: string, message: ChangesMessage) => {
      if (state.bus) listener(message);
      return Promise.resolve();
    },
    subscribe: (_topic: string, heard: (message: ChangesMessage) => void) => {
      listener = heard;
      return Promise.resolve(() => Promise.resolve());
    },
    onGap: () => undefined,
    onError: () => undefined,
  };
  const answer = <T>(value: T): Promise<T> =>
    state.database ? Promise.resolve(value) : Promise.reject(new Error('away'));
  const reader = {
    ping: () => answer(undefined),
    mark: () => answer('1'),
    series: () => {
      state.loads++;
      return answer([]);
    },
    observedMetrics: () => answer([]),
    sources: () => answer([]),
    buckets: () => answer([]),
    levels: () => answer([]),
    recentEvents: () => answer([]),
  };
  data = new BoardData({
    catalogue: harbourCatalogue(),
    reader: reader as unknown as BucketReader,
    bus: bus as unknown as LiveBus,
    clock: { now: () => Date.now() },
    log: pino({ level: 'silent' }),
  });
  return { state, hear: (message: ChangesMessage) => listener(message) };
}

const message = (n: number): ChangesMessage => ({
  publisher: 'worker',
  n,
  at: START,
  receivedAt: START,
  sources: [],
  recent: [],
  buckets: [
    {
      metric: 'harbour.arrivals',
      dims: ['T101', 'n'],
      resolution: 'd',
      start: periodStart('d', START),
      count: 1,
      sum: 1,
      min: 1,
      max: 1,
      last: 1,
      lastAt: START,
      version: n,
    },
  ],
});

test('it is fresh once loaded, and stays so while bus and database answer', async () => {
  world();
  expect(data.behindSince).toBe(START);
  await data.start();
  expect(data.behindSince).toBeNull();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(data.behindSince).toBeNull();
});

test('a dead bus shows within six seconds, since when; after its return everything is loaded again', async () => {
  const { state } = world();
  await data.start();
  await jest.advanceTimersByTimeAsync(10_000);
  state.bus = false;
  await jest.advanceTimersByTimeAsync(8_000);
  expect(data.behindSince).toBe(START + 10_000);
  const loads = state.loads;
  state.bus = true;
  await jest.advanceTimersByTimeAsync(4_000);
  expect(state.loads).toBeGreaterThan(loads);
  expect(data.behindSince).toBeNull();
});

test('a database that is away shows, and clears by itself', async () => {
  const { state } = world();
  await data.start();
  state.database = false;
  await jest.advanceTimersByTimeAsync(3_000);
  expect(data.behindSince).not.toBeNull();
  state.database = true;
  await jest.advanceTimersByTimeAsync(4_000);
  expect(data.behindSince).toBeNull();
});

test('a lost number means loading again; numbers that follow do not', async () => {
  const { state, hear } = world();
  await data.start();
  hear(message(0));
  await jest.advanceTimersByTimeAsync(1_000);
  const loads = state.loads;
  for (const n of [1, 2, 4, 3]) hear(message(n));
  await jest.advanceTimersByTimeAsync(5_000);
  expect(state.loads).toBe(loads);
  hear(message(6));
  await jest.advanceTimersByTimeAsync(5_000);
  expect(state.loads).toBe(loads + 1);
  expect(data.behindSince).toBeNull();
});

test('a new worker means loading again: the one before may have died between its commit and its message', async () => {
  const { state, hear } = world();
  await data.start();
  hear(message(7));
  await jest.advanceTimersByTimeAsync(1_000);
  const loads = state.loads;
  hear({ ...message(0), publisher: 'worker-2', buckets: [] });
  hear({ ...message(1), publisher: 'worker-2', buckets: [] });
  await jest.advanceTimersByTimeAsync(5_000);
  expect(state.loads).toBe(loads + 1);
  expect(data.behindSince).toBeNull();
});

test('another gateway that begins to hear itself means nothing: it commits nothing', async () => {
  const { state, hear } = world();
  await data.start();
  await jest.advanceTimersByTimeAsync(1_000);
  const loads = state.loads;
  hear({ ...message(0), publisher: 'gateway-2', follower: true, buckets: [], receivedAt: null });
  await jest.advanceTimersByTimeAsync(5_000);
  expect(state.loads).toBe(loads);
});
