import pg from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { dataSourceOptions, ensureDatabase, migrate, seedUnits } from '#libs/persistence';
import { loadCatalogue } from '#libs/sectors';
import { testHub, type TestHub } from '../support/hub.js';

/**
 * The hub with all packs (or these), on a new database of the server whose addresses `url` tells, and the keys of the packs'
 * sources. `without`: sources that may send this type are left out.
 */
export async function withHub(
  url: (database: string) => string,
  { backend, packs, without }: { backend: 'postgres' | 'redis'; packs?: string[]; without?: string },
  work: (hub: TestHub, keys: Record<string, string>) => Promise<void>,
): Promise<void> {
  const own = url('bench');
  await ensureDatabase(url('postgres'), 'bench');
  await migrate(own);
  const source = await new DataSource(dataSourceOptions(own, 'ioc-bench', 2)).initialize();
  await seedUnits(source);
  await source.destroy();
  const pool = new pg.Pool({ connectionString: own, max: 3 });
  const database = {
    url: own,
    query: async <R extends pg.QueryResultRow>(sql: string, values?: unknown[]) =>
      (await pool.query<R>(sql, values)).rows,
    drop: () => Promise.resolve(),
  };
  const hub = await testHub({ backend, apps: [], database, env: { LOG_LEVEL: 'warn' } });
  try {
    const keys: Record<string, string> = {};
    for (const pack of (await loadCatalogue()).packs) {
      if (packs && !packs.includes(pack.id)) continue;
      for (const { id, types } of pack.simulation?.sources ?? []) {
        if (without === undefined || !types.includes(without)) keys[id] = await hub.addSource(id);
      }
    }
    for (const app of ['worker', 'ingest', 'gateway'] as const) await hub.start(app);
    await work(hub, keys);
  } finally {
    await hub.close();
    await pool.end();
  }
}

/** Waits until as many events are stored as were accepted; events a second since `started` (epoch ms), and how many. */
export async function whenStored(
  hub: TestHub,
  accepted: number,
  started: number,
): Promise<{ rate: number; total: number }> {
  for (;;) {
    const [row] = await hub.database.query<{ n: number }>(
      'SELECT (coalesce(sum(stored), 0) + coalesce(sum(duplicates), 0))::float8 AS n FROM batch',
    );
    const total = row?.n ?? 0;
    if (total >= accepted) return { rate: (total * 1_000) / (Date.now() - started), total };
    if (Date.now() - started > 300_000) throw new Error(`${total} of ${accepted} stored after five minutes`);
    await delay(100);
  }
}
