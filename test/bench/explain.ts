/**
 * `npm run bench -- explain [--rounds 5]`: every indicator of every pack is explained over HTTP, now and as of a past minute,
 * while the packs' own events arrive at the rate of the whole nation (250 a second). Ends with 1 where explaining now takes
 * longer than 50 ms for more than one in a hundred.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { MINUTE_MS, periodStart } from '#libs/contracts';
import { loadCatalogue } from '#libs/sectors';
import type { TestHub } from '../support/hub.js';
import { wallLink } from '../support/screen.js';
import { load } from './load-process.js';
import { whenStored, withHub } from './with-hub.js';
import { benchServer } from './server.js';

const HISTORY = 60_000;
const RATE = 250;
const LIMIT_MS = 50;
const PAUSE_MS = 20;

interface Asked {
  code: string;
  ms: number;
}

export async function benchExplain({ rounds }: { rounds: number }): Promise<void> {
  const server = await benchServer();
  try {
    await withHub(server.url, { backend: 'postgres' }, async (hub, keys) => {
      const order = { url: hub.ingest, keys, batch: 250, concurrency: 8, seconds: 120, requests: HISTORY / 250 };
      const { result, started } = await load(order);
      await whenStored(hub, result.accepted, started);
      // Of a past moment minutes are asked for: the one that ends now has it all.
      const past = new Date(periodStart('m', Date.now()) + MINUTE_MS);
      await delay(past.getTime() + 1_000 - Date.now());
      await explainAll(hub, keys, { rounds, past });
    });
  } finally {
    await server.stop();
  }
}

async function explainAll(
  hub: TestHub,
  keys: Record<string, string>,
  { rounds, past }: { rounds: number; past: Date },
): Promise<void> {
  const codes = (await loadCatalogue()).allIndicators().map(({ code }) => code);
  const { token } = await wallLink(hub);
  const seconds = Math.ceil((codes.length * rounds * (PAUSE_MS + LIMIT_MS)) / 1_000);
  const running = load({ url: hub.ingest, keys, batch: 5, concurrency: 4, seconds, rate: RATE });
  await delay(3_000);
  const now = await inTurn(hub, token, codes, rounds);
  report('now', now);
  if (at(now, 0.99) > LIMIT_MS) process.exitCode = 1;
  report('as of a past minute', await inTurn(hub, token, codes, 2, past));
  await running;
}

async function inTurn(hub: TestHub, token: string, codes: readonly string[], rounds: number, at?: Date) {
  const asked: Asked[] = [];
  const query = at ? `?at=${encodeURIComponent(at.toISOString())}` : '';
  for (let round = 0; round < rounds; round++) {
    for (const code of codes) {
      const began = performance.now();
      const answer = await fetch(`${hub.gateway}/v1/indicators/${code}/explain${query}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      // Restricted indicators are not for walls.
      if (!answer.ok && answer.status !== 404)
        throw new Error(`${code} answers ${answer.status}: ${await answer.text()}`);
      await answer.arrayBuffer();
      if (answer.ok) asked.push({ code, ms: performance.now() - began });
      await delay(PAUSE_MS);
    }
  }
  return asked.sort((a, b) => a.ms - b.ms);
}

const at = (asked: readonly Asked[], q: number): number => asked[Math.floor(asked.length * q)]?.ms ?? NaN;

function report(what: string, asked: readonly Asked[]): void {
  const slowest = [...new Map(asked.slice(-10).map(({ code, ms }) => [code, ms]))];
  const within = asked.filter(({ ms }) => ms <= LIMIT_MS).length / asked.length;
  process.stdout.write(
    `explained ${what.padEnd(19)} ${asked.length} answers, p50 ${at(asked, 0.5).toFixed(0)} ms, p99 ${at(asked, 0.99).toFixed(0)} ms, ${(within * 100).toFixed(1)} % within ${LIMIT_MS} ms; ` +
      `the slowest: ${slowest.map(([code, ms]) => `${code} ${ms.toFixed(0)}`).join(', ')}\n`,
  );
}
