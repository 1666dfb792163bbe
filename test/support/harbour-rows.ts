import type { TestDatabase } from './database.js';

/** Ships of a day (epoch ms) as the worker leaves them: the bucket of the day, and one event at `at`. */
export async function arrivals(
  database: TestDatabase,
  unit: string,
  pier: string,
  day: number,
  count: number,
  at: number,
): Promise<void> {
  const [series] = await database.query<{ id: number }>(
    `INSERT INTO series (metric, dims) VALUES ('harbour.arrivals', $1) RETURNING id`,
    [[unit, pier]],
  );
  await database.query(
    `INSERT INTO bucket (series, resolution, start, count, sum, min, max, last, last_at, version)
     VALUES ($1, 3, $2, $3::int, $3::int * 100, 100, 100, 100, $4, 1)`,
    [series?.id, day / 1000, count, at],
  );
  await database.query(
    `INSERT INTO event (day, source, id, type, "time", unit, data, received_at, batch)
     VALUES (now()::date, 'piers', $1, 'vn.ioc.harbour.ship.arrived.v1', to_timestamp($2 / 1000.0), $3, json_build_object('tonnes', 100, 'pier', $4::text), to_timestamp($2 / 1000.0), gen_random_uuid())`,
    [`ship-${unit}`, at, unit, pier],
  );
}

/** Ships in port now. */
export async function moored(database: TestDatabase, unit: string, count: number): Promise<void> {
  const [series] = await database.query<{ id: number }>(
    `INSERT INTO series (metric, dims) VALUES ('harbour.moored', $1) RETURNING id`,
    [[unit]],
  );
  await database.query(
    `INSERT INTO bucket (series, resolution, start, count, sum, version) VALUES ($1, 0, 0, $2::int, $2::int, 1)`,
    [series?.id, count],
  );
}
