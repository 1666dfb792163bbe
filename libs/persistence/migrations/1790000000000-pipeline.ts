import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The hot tables: what the worker writes in its one transaction. */
export class Pipeline1790000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Every (source, id) ever accepted, as long as DEDUP_DAYS.
      CREATE TABLE ledger (
        source text COLLATE "C" NOT NULL,
        id text COLLATE "C" NOT NULL,
        day date NOT NULL,
        PRIMARY KEY (source, id)
      );
      CREATE INDEX ledger_day ON ledger USING brin (day);

      -- Raw events, partitioned by the Vietnamese day of arrival: retention drops whole partitions, and a late event
      -- never opens an old one. Uniqueness is the ledger's.
      CREATE TABLE event (
        day date NOT NULL,
        source text NOT NULL,
        id text NOT NULL,
        type text NOT NULL,
        "time" timestamptz NOT NULL,
        unit text,
        subject text,
        data json NOT NULL,
        received_at timestamptz NOT NULL,
        batch uuid NOT NULL
      ) PARTITION BY RANGE (day);
      CREATE INDEX event_time ON event USING brin ("time");
      CREATE TABLE event_rest PARTITION OF event DEFAULT;

      CREATE TABLE series (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        metric text COLLATE "C" NOT NULL,
        dims text[] COLLATE "C" NOT NULL,
        UNIQUE (metric, dims)
      );

      -- resolution: 0 level now, 1 minute, 2 hour, 3 day. start: epoch seconds of the period, 0 for the level.
      CREATE TABLE bucket (
        series integer NOT NULL,
        resolution smallint NOT NULL,
        start bigint NOT NULL,
        count bigint NOT NULL,
        sum double precision NOT NULL,
        min double precision,
        max double precision,
        last double precision,
        last_at bigint,
        version bigint NOT NULL DEFAULT 1,
        PRIMARY KEY (series, resolution, start)
      ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
      -- For retention only; buckets are found by series.
      CREATE INDEX bucket_start ON bucket USING brin (start);

      -- What a level was, sampled once a minute where it changed; for sparklines and for looking back.
      CREATE TABLE level_sample (
        series integer NOT NULL,
        at bigint NOT NULL,
        value double precision NOT NULL,
        PRIMARY KEY (series, at)
      );

      -- Current state folded from events, and what it adds to stock metrics as evaluated at \`as_of\`.
      CREATE TABLE projection (
        kind text COLLATE "C" NOT NULL,
        key text COLLATE "C" NOT NULL,
        state json NOT NULL,
        shares json NOT NULL,
        as_of bigint NOT NULL,
        until bigint,
        since date NOT NULL,
        version integer NOT NULL DEFAULT 1,
        PRIMARY KEY (kind, key)
      ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
      CREATE INDEX projection_until ON projection (until) WHERE until IS NOT NULL;

      CREATE TABLE source_state (
        source text COLLATE "C" PRIMARY KEY,
        last_event timestamptz,
        last_seen timestamptz NOT NULL
      ) WITH (fillfactor = 50);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE source_state, projection, level_sample, bucket, series, event, ledger');
  }
}
