import { DataSource, type DataSourceOptions } from 'typeorm';
import { ENTITIES } from './entities/index.js';
import { MIGRATIONS } from './migrations/index.js';
import { seedUnits } from './units/index.js';

/** Schema of the queue's own tables, when it runs on PostgreSQL. */
export const QUEUE_SCHEMA = 'bullmq';

/**
 * Options of the hub's database. `poolSize` bounds connections of this process; every statement has a time limit, so
 * that a stuck server shows as an error and not as a hang.
 */
export function dataSourceOptions(url: string, application: string, poolSize = 8): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    applicationName: application,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each',
    migrationsTableName: 'migration',
    poolSize,
    synchronize: false,
    connectTimeoutMS: 5_000,
    extra: { ...LIMITS, statement_timeout: 60_000 },
  };
}

const LIMITS = { idle_in_transaction_session_timeout: 60_000, keepAlive: true };

/**
 * Opens the database and brings it to the newest schema, with the reference data that comes with the hub. Safe to call from
 * several processes at once. Without a time limit: an index over months of events takes minutes, and who waits for another
 * process waits as long.
 */
export async function migrate(url: string): Promise<void> {
  const options = { ...dataSourceOptions(url, 'ioc-migrate', 2), extra: LIMITS } as DataSourceOptions;
  const source = await new DataSource(options).initialize();
  try {
    const runner = source.createQueryRunner();
    await runner.query('SELECT pg_advisory_lock(726001)');
    try {
      await source.runMigrations();
      await seedUnits(source);
    } finally {
      await runner.query('SELECT pg_advisory_unlock(726001)');
      await runner.release();
    }
  } finally {
    await source.destroy();
  }
}
