import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { HOUR_MS, type HubEvent, MINUTE_MS } from '#libs/contracts';
import { beats, Catalogue, type SectorPack } from '#libs/sector-kit';
import { CoveredFile, NoDemoKeys, PlayingFiles, readDemoKeys } from './demo-files.js';
import { play, scenariosOf } from './play.js';
import { Senders } from './senders.js';
import { Simulator } from './simulator.js';

const TYPE = 'vn.ioc.lake.level.measured.v1';
const measured = (source: string, time: number, id = `${source}/${time}`): HubEvent => ({
  id,
  source,
  type: TYPE,
  time,
  data: { level: 1 },
});

/** Two gauges, one of which has no key; one reading a second. */
const pack: SectorPack = {
  id: 'lake',
  title: { vi: 'Hồ', en: 'Lake' },
  events: [],
  metrics: [],
  projections: [],
  indicators: [],
  board: { id: 'lake', title: { vi: 'Hồ', en: 'Lake' }, distance: 5, tiles: [] },
  overview: [],
  labels: {},
  simulation: {
    sources: [],
    *events({ from, to }) {
      for (const time of beats(from, to, 1_000)) {
        yield measured('gauge', time);
        if (time % MINUTE_MS === 0) yield measured('other', time);
      }
    },
    scenarios: [
      { name: 'quiet', title: { vi: 'Im', en: 'Quiet' }, seconds: 60, mutes: ['gauge'] },
      {
        name: 'wave',
        title: { vi: 'Sóng', en: 'Wave' },
        seconds: 1,
        *events({ from, to, start }) {
          for (const time of beats(from, to, 100)) yield measured('gauge', time, `wave/${start}/${time}`);
        },
      },
      {
        name: 'flood',
        title: { vi: 'Dồn', en: 'Flood' },
        seconds: 1,
        backlog: { sources: ['gauge'], seconds: 600 },
        *events({ from, to, start }) {
          for (const time of beats(from, to, MINUTE_MS)) yield measured('gauge', time, `flood/${start}/${time}`);
        },
      },
    ],
  },
};

describe('simulator', () => {
  let hub: Server;
  let url: string;
  let dataDir: string;
  let got: { id: string; time: number }[];
  let keysSeen: Set<string>;
  const opened: Senders[] = [];

  beforeEach(async () => {
    got = [];
    keysSeen = new Set();
    dataDir = mkdtempSync(join(tmpdir(), 'simulator-'));
    hub = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        keysSeen.add(String(request.headers.authorization));
        for (const line of gunzipSync(Buffer.concat(chunks)).toString().trim().split('\n')) {
          const { id, time } = JSON.parse(line) as { id: string; time: string };
          got.push({ id, time: Date.parse(time) });
        }
        response.writeHead(202, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ batch: 'b', accepted: 1, rejected: [] }));
      });
    });
    await new Promise<void>((done) => hub.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close().catch(() => undefined);
    hub.closeAllConnections();
    await new Promise((done) => hub.close(done));
    rmSync(dataDir, { recursive: true, force: true });
  });

  const keys = { gauge: 'key-of-gauge' };
  function senders(): Senders {
    const made = new Senders({ url, keys, outbox: join(dataDir, 'outbox'), log: { warn: () => undefined } });
    opened.push(made);
    return made;
  }
  /** Runs a simulator whose clock starts at `start`, until `enough` says so; then stops it and delivers. */
  async function run(start: number, enough: () => boolean): Promise<void> {
    const out = senders();
    const began = performance.now();
    const simulator = new Simulator({
      catalogue: new Catalogue([pack]),
      senders: out,
      covered: new CoveredFile(dataDir, keys),
      playing: new PlayingFiles(dataDir),
      pace: 1,
      backfillHours: 0.5,
      everyMs: 20,
      log: { info: () => undefined },
      // Ten times as fast, so that a test sees seconds pass.
      now: () => start + Math.floor(10 * (performance.now() - began)),
    });
    const stopping = new AbortController();
    const running = simulator.run(stopping.signal);
    await until(enough);
    stopping.abort();
    await running;
    await out.flush();
    await out.close();
  }
  async function until(enough: () => boolean): Promise<void> {
    const limit = performance.now() + 60_000;
    while (!enough()) {
      if (performance.now() > limit) throw new Error(`waited too long; the hub got ${got.length} events`);
      await new Promise((done) => setTimeout(done, 10));
    }
  }
  const start = Date.UTC(2026, 10, 22, 5);
  const times = (): number[] => got.map(({ time }) => time).sort((a, b) => a - b);

  test('fills the past once, then follows the clock without a gap, by the key of each source', async () => {
    const saved = (): boolean => (new CoveredFile(dataDir, keys).read()?.from ?? start) <= start - HOUR_MS / 2 + 2_000;
    await run(start, () => got.some(({ time }) => time > start + 3_000) && saved());
    const all = times();
    // The clock may have gone a second before the simulator was made.
    expect(all[0]).toBeLessThanOrEqual(start - HOUR_MS / 2 + 2_000);
    expect(all).toEqual(all.map((_, n) => (all[0] ?? 0) + n * 1_000));
    expect([...keysSeen]).toEqual(['Bearer key-of-gauge']);

    // Ten minutes later: only the gap, and what follows.
    const last = all.at(-1) ?? 0;
    const again = start + 600_000;
    got = [];
    const has = (time: number): boolean => got.some((event) => event.time === time);
    await run(again, () => has(last + 1_000) && has(again + 2_000));
    expect(times()[0]).toBeGreaterThan(last - 20_000);
    expect(times().filter((time) => time > last && time < again)).toHaveLength((again - last) / 1_000 - 1);
  });

  test('keys of another database mean that nothing was sent yet', async () => {
    new CoveredFile(dataDir, { gauge: 'old' }).write({ from: 0, until: start });
    expect(new CoveredFile(dataDir, keys).read()).toBeNull();
    expect(new CoveredFile(dataDir, { gauge: 'old' }).read()).toEqual({ from: 0, until: start });
  });

  test('a scenario that mutes a source is heeded for its time, and by others not', () => {
    const playing = new PlayingFiles(dataDir);
    playing.start({ name: 'quiet', from: 100, until: 200, mutes: ['gauge'] });
    const muted = playing.muted();
    expect([99, 100, 199, 200].map((time) => muted('gauge', time))).toEqual([false, true, true, false]);
    expect(muted('other', 150)).toBe(false);
    playing.end('quiet');
    expect(playing.muted()('gauge', 150)).toBe(false);
  });

  async function played(name: string): Promise<number> {
    const scenario = scenariosOf(new Catalogue([pack])).get(name);
    if (!scenario) throw new Error(`no scenario ${name}`);
    const signal = new AbortController().signal;
    return play({ scenario, length: 500, senders: senders(), playing: new PlayingFiles(dataDir), signal, everyMs: 50 });
  }

  test('a scenario sends its events as their time comes, each once', async () => {
    const count = await played('wave');
    expect(count).toBeGreaterThanOrEqual(4);
    expect(got).toHaveLength(count);
    expect(new Set(got.map(({ id }) => id)).size).toBe(count);
  });

  test('a backlog comes in one go at the end', async () => {
    expect(await played('flood')).toBe(10);
    expect(Math.max(...times()) - Math.min(...times())).toBe(9 * MINUTE_MS);
  });

  test('missing keys say what to do', () => {
    expect(() => readDemoKeys(dataDir)).toThrow(NoDemoKeys);
    writeFileSync(join(dataDir, 'demo-keys.json'), JSON.stringify(keys));
    expect(readDemoKeys(dataDir)).toEqual(keys);
  });
});
