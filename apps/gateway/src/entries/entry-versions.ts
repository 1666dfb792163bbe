import { EntryEntity, type EntryState } from '#libs/persistence';
import { enteredValue, HAND_ENTRY, keyOfEntered, type Catalogue } from '#libs/sector-kit';
import { In, type EntityManager } from 'typeorm';
import { dataOf, type CheckedEntry, type FieldError } from './entry-check.js';

/** States in which somebody works on an entry still. */
const OPEN: readonly EntryState[] = ['draft', 'submitted', 'approved'];

/** What there is of a number (metric, unit, dims, period) already. */
export interface Versions {
  /** Highest version, in whatever state; 0 where there is none. */
  last: number;
  /** Version that counts: published here, or told by a source; 0 where there is none. */
  counted: number;
  /** A figure was published and not withdrawn. */
  stands: boolean;
  /** The newest entry that waits for its publication; one that a later version has overtaken waits for nothing. */
  open: EntryEntity | null;
}

/** The versions of each of these numbers, in their order: one query, however many lines a sheet has. */
export async function versionsOf(
  manager: EntityManager,
  catalogue: Catalogue,
  entries: readonly CheckedEntry[],
): Promise<Versions[]> {
  const wanted = entries.map((entry, at) => {
    const { metric, unit, dims, period } = entry;
    const known = catalogue.metric(metric) ?? { dims: [] };
    const key = keyOfEntered(enteredValue({ source: HAND_ENTRY, data: dataOf(entry, 1), unit, time: 0 }, known));
    return { at, metric, unit, dims, period, kind: `${catalogue.packOfMetric(metric)?.id}.entered-value`, key };
  });
  const rows = await manager.query<(Omit<Versions, 'open'> & { open: string | null })[]>(
    `SELECT w.at, coalesce(max(e.version), 0) AS last, (array_agg(e.id ORDER BY e.version DESC)
         FILTER (WHERE e.state = ANY($2)))[1] AS open,
       greatest(max(e.version) FILTER (WHERE e.state <> ALL($2)), max((p.state->>'version')::int), 0) AS counted,
       coalesce(bool_or(e.state = 'published' AND e.value IS NOT NULL), false) OR coalesce(bool_or(p.state->>'value' IS NOT NULL), false) AS stands
     FROM jsonb_to_recordset($1::jsonb)
       AS w(at int, metric text, unit text, dims text[], period date, kind text, key text)
     LEFT JOIN entry e ON e.metric = w.metric AND e.unit = w.unit AND e.dims = w.dims AND e.period = w.period
     LEFT JOIN projection p ON p.kind = w.kind AND p.key = w.key
     GROUP BY w.at ORDER BY w.at`,
    [JSON.stringify(wanted), OPEN],
  );
  const ids = rows.flatMap(({ open }) => open ?? []);
  const found = ids.length === 0 ? [] : await manager.findBy(EntryEntity, { id: In(ids) });
  const byId = new Map(found.map((entry) => [entry.id, entry]));
  return rows.map(({ last, counted, stands, open }) => {
    const entry = byId.get(open ?? '');
    return { last, counted, stands, open: entry && entry.version > counted ? entry : null };
  });
}

/** Numbers that are equal are one: two lines of a sheet must not both say it. */
export const numberOf = ({ metric, unit, dims, period }: CheckedEntry): string =>
  JSON.stringify([metric, unit, dims, period]);

/** Why there is no second entry beside an open one; says who has it. */
export const openFault = ({ version, state, author }: EntryEntity): string =>
  `version ${version} of this number is open already: ${state}, written by ${author}`;

/** What is wrong with an entry that withdraws what is not there; null: nothing. */
export const withdrawFault = ({ value }: CheckedEntry, versions: Versions | undefined): FieldError | null =>
  value === null && versions?.stands !== true
    ? { path: '/value', message: 'value is missing: no published figure is there to be withdrawn' }
    : null;
