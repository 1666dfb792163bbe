/** PostgreSQL: entities, migrations, hot-path SQL. */
export * from './alerts/rules-in-use.js';
export * from './data-source.js';
export * from './entities/index.js';
export * from './embedded-postgres.js';
export * from './evidence-reader.js';
export { reachableFolder } from './embedded-postgres-place.js';
export * from './pipeline-store.js';
export * from './maintenance.js';
export * from './on-call/index.js';
export * from './pack-revisions.js';
export type { PublishedEvent, PublishedKey } from './published-values.js';
export * from './recount-flows.js';
export * from './units/index.js';
export * from './verify.js';
export * from './verify-alerts.js';
export * from './bucket-reader.js';
export * from './alerts/index.js';
export * from './transaction.js';
