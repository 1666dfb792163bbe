import fc from 'fast-check';
import { pipelinePool, verify } from '#libs/persistence';
import { loadCatalogue } from '#libs/sectors';
import type { App, TestHub } from '../support/hub.js';

/** How much more than a test run needs; `FUZZ_TIMES=5` for a long one, which takes its time. */
const TIMES = Number(process.env.FUZZ_TIMES ?? 1);

/** The seed of every run; `FUZZ_SEED` repeats another. */
export const SEED = Number(process.env.FUZZ_SEED ?? 20_260_214);

/** Runs a property over one message at a time, in `lanes` at once, so that a failure shrinks to one message. */
export async function fuzz<T>(
  messages: fc.Arbitrary<T>,
  total: number,
  lanes: number,
  send: (message: T, run: number) => Promise<void>,
): Promise<void> {
  let run = 0;
  const each = Math.ceil((total * TIMES) / lanes);
  await Promise.all(
    Array.from({ length: lanes }, (_, lane) =>
      fc.assert(
        fc.asyncProperty(messages, (message) => send(message, run++)),
        { seed: SEED + lane, numRuns: each, interruptAfterTimeLimit: 200_000 * TIMES, markInterruptAsFailure: true },
      ),
    ),
  );
}

/** What must still be true of a hub after it was thrown junk at. */
export async function expectUnharmed(hub: TestHub, pids: ReturnType<typeof pidsOf>): Promise<void> {
  for (const app of ['ingest', 'worker', 'gateway'] as const) {
    if (hub.pid(app) !== pids[app] || !alive(pids[app]))
      throw new Error(`${app} ended:\n${hub.log(app).slice(-3_000)}`);
    const lines = hub
      .log(app)
      .split('\n')
      .filter((line) => /unforeseen|uncaught|unhandled|"level":"(error|fatal)"|"level":[56]0/i.test(line));
    if (lines.length > 0)
      throw new Error(`${app} wrote of ${lines.length} errors, first: ${lines[0]?.slice(0, 2_000)}`);
  }
  for (const url of [hub.ingest, hub.gateway]) {
    const answer = await fetch(`${url}/health/live`);
    if (!answer.ok) throw new Error(`${url} is not alive: ${answer.status}`);
  }
  const pool = pipelinePool(hub.database.url, 'test', 2);
  try {
    const report = await verify(pool, await loadCatalogue(), { rawDays: 400, minuteDays: 35, now: Date.now() });
    if (report.findings.length > 0) throw new Error(`verify: ${JSON.stringify(report.findings).slice(0, 2_000)}`);
  } finally {
    await pool.end();
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Resolves when every planted id is stored, once; the missing ones are named. */
export async function expectStored(hub: TestHub, planted: readonly string[], withinMs = 120_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const rows = await hub.database.query<{ id: string; n: string }>(
      'SELECT id, count(*) AS n FROM event WHERE id = ANY($1) GROUP BY id',
      [planted],
    );
    const twice = rows.filter(({ n }) => n !== '1');
    if (twice.length > 0) throw new Error(`stored more than once: ${JSON.stringify(twice.slice(0, 5))}`);
    if (rows.length === planted.length) return;
    if (Date.now() > deadline) {
      const stored = new Set(rows.map(({ id }) => id));
      const missing = planted.filter((id) => !stored.has(id));
      throw new Error(
        `${missing.length} of ${planted.length} good neighbours not stored, e.g. ${missing.slice(0, 3).join(', ')}\n${hub.log('worker').slice(-2_000)}`,
      );
    }
    await new Promise((done) => setTimeout(done, 200));
  }
}

/** Process ids of all three services. */
export const pidsOf = (hub: TestHub): Record<Exclude<App, 'alerter'>, number> => ({
  ingest: hub.pid('ingest'),
  worker: hub.pid('worker'),
  gateway: hub.pid('gateway'),
});
