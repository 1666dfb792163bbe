import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataSource } from 'typeorm';
import { parseUnits, UnitCsvError, type UnitRow } from './unit-csv.js';

const REFERENCE = join(dirname(fileURLToPath(import.meta.url)), '..', 'reference');
/** Lists that come with the hub, in the order of loading: parents first. */
const LISTS = ['provinces.csv', 'communes-92-56.csv'];

/** The units of the lists that come with the hub, without a database. */
export function referenceUnits(): UnitRow[] {
  return LISTS.flatMap((list) => parseUnits(readFileSync(join(REFERENCE, list), 'utf8')));
}

/**
 * Loads a list of units; loading it again changes nothing. A code that was valid before ends where the new entry starts, so that old
 * events keep their unit. Resolves to the number of units in the list; throws `UnitCsvError`, and then nothing was changed.
 */
export async function loadUnits(dataSource: DataSource, csv: string): Promise<number> {
  const rows = parseUnits(csv);
  await dataSource.transaction(async (manager) => {
    const query = async <R>(sql: string, parameters: unknown[]): Promise<R> =>
      (await manager.query(sql, parameters)) as R;
    const codes = new Set(rows.map((row) => row.code));
    const parents = [...new Set(rows.flatMap((row) => (row.parent && !codes.has(row.parent) ? [row.parent] : [])))];
    const known = await query<{ code: string }[]>('SELECT code FROM unit WHERE code = ANY($1)', [parents]);
    const unknown = missing(parents, known);
    if (unknown.size > 0) throw new UnitCsvError(unknownParents(csv, rows, unknown));
    await query(
      `UPDATE unit SET valid_to = given."validFrom"
       FROM jsonb_to_recordset($1::jsonb) AS given(code text, "validFrom" date)
       WHERE unit.code = given.code AND unit.valid_from < given."validFrom"
         AND (unit.valid_to IS NULL OR unit.valid_to > given."validFrom")`,
      [JSON.stringify(rows)],
    );
    await query(
      `INSERT INTO unit (code, valid_from, name, type, parent, agency, lon, lat)
       SELECT code, "validFrom", name, type, parent, agency, lon, lat
       FROM jsonb_to_recordset($1::jsonb)
         AS given(code text, "validFrom" date, name text, type text, parent text, agency text, lon float8, lat float8)
       ON CONFLICT (code, valid_from) DO UPDATE
       SET name = excluded.name, type = excluded.type, parent = excluded.parent, agency = excluded.agency,
           lon = excluded.lon, lat = excluded.lat`,
      [JSON.stringify(rows)],
    );
    const predecessors = rows.flatMap(({ code, validFrom, predecessors }) =>
      predecessors.map((each) => ({ code, since: validFrom, ...each })),
    );
    await query(
      `INSERT INTO unit_predecessor (code, predecessor, name, since)
       SELECT code, predecessor, name, since
       FROM jsonb_to_recordset($1::jsonb) AS given(code text, predecessor text, name text, since date)
       ON CONFLICT (code, predecessor, since) DO UPDATE SET name = excluded.name`,
      [JSON.stringify(predecessors)],
    );
  });
  return rows.length;
}

function missing(parents: readonly string[], known: readonly { code: string }[]): Set<string> {
  return new Set(parents.filter((code) => !known.some((unit) => unit.code === code)));
}

function unknownParents(csv: string, rows: readonly UnitRow[], unknown: ReadonlySet<string>): string[] {
  const lines = csv.split(/\r?\n/).flatMap((text, index) => (index > 0 && text.trim() !== '' ? [index + 1] : []));
  return rows.flatMap((row, index) =>
    row.parent !== null && unknown.has(row.parent)
      ? [`line ${lines[index] ?? 0}, column parent: there is no unit ${row.parent}`]
      : [],
  );
}

/** Loads the lists that come with the hub, unless their units are there already. Run after the migrations. */
export async function seedUnits(dataSource: DataSource): Promise<void> {
  const found = (await dataSource.query('SELECT 1 FROM unit LIMIT 1')) as unknown[];
  if (found.length > 0) return;
  for (const list of LISTS) await loadUnits(dataSource, readFileSync(join(REFERENCE, list), 'utf8'));
}
