import type { AlertLine, AlertState, Severity, Text } from '#libs/contracts';
import type pg from 'pg';
import { LINE_COLUMNS, type LineRow, RANK, STILL_HOLDS, toLine } from './alert-rows.js';

/** Which alerts are wanted; what is absent or null is not asked for. */
export interface AlertFilter {
  states?: readonly AlertState[] | undefined;
  /** With `states`: also those that somebody resolved and of which the condition still holds. */
  holding?: boolean | undefined;
  severities?: readonly Severity[] | undefined;
  /** Sectors that may be seen; null: all, also alerts without any. */
  sectors: readonly string[] | null;
  /** Units that may be seen, every one of them; null: all, also alerts without any. */
  units: readonly string[] | null;
  rules?: readonly string[] | undefined;
  /** Raised by people or by messages, or of a rule. */
  origin?: AlertLine['origin'] | undefined;
  /** Login; empty: nobody has it. */
  assignee?: string | undefined;
  /** Words that title, place, key, rule or number hold, with or without their marks. */
  text?: string | undefined;
  /** Fired in [from, to), epoch ms. */
  from?: number | undefined;
  to?: number | undefined;
}

export interface AlertPage {
  filter: AlertFilter;
  order: 'worst' | 'newest';
  /** `next` of the page before. */
  after?: string | undefined;
  limit: number;
}

/** Alerts of one rule together, or all that people raised. */
export interface AlertBundle {
  rule: string | null;
  origin: AlertLine['origin'];
  title: Text;
  /** Of the worst of them. */
  severity: Severity;
  count: number;
  unanswered: number;
  newestAt: number;
}

/** Counted at most; who reads more than this narrows the filter. */
export const MOST_COUNTED = 10_000;
const MOST_BUNDLES = 200;
const MOST_WORDS = 8;

/** The worst first; of these what nobody has answered, of what people are told. */
const WORST = `(2 * ${RANK} + (a.state <> 'firing' OR a.muted IS NOT NULL)::int)`;

/** A page of alerts, and where the next one begins. */
export async function listAlerts(
  pool: pg.Pool,
  { filter, order, after, limit }: AlertPage,
): Promise<{ alerts: AlertLine[]; next: string | null }> {
  const where = new Where(filter);
  const [rank, number] = (after ?? '').split('.').map(Number);
  if (after !== undefined && order === 'newest') where.add((n) => `a.number < ${n}`, rank);
  if (after !== undefined && order === 'worst') {
    where.add((n) => `(${WORST}, -a.number) > (${n}::int, ${where.value(-(number ?? 0))}::int)`, rank);
  }
  const by = order === 'worst' ? `${WORST}, a.number DESC` : 'a.number DESC';
  const { rows } = await pool.query<LineRow & { rank: number }>(
    `SELECT ${LINE_COLUMNS}, ${WORST} AS rank FROM alert a WHERE ${where.text} ORDER BY ${by} LIMIT ${limit + 1}`,
    where.values,
  );
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const next = last ? (order === 'worst' ? `${last.rank}.${last.number}` : String(last.number)) : null;
  return { alerts: rows.slice(0, limit).map(toLine), next };
}

/** How many there are, up to `MOST_COUNTED`. */
export async function countAlerts(pool: pg.Pool, filter: AlertFilter): Promise<number> {
  const where = new Where(filter);
  const { rows } = await pool.query<{ count: string }>(
    `SELECT count(*) FROM (SELECT 1 FROM alert a WHERE ${where.text} LIMIT ${MOST_COUNTED}) counted`,
    where.values,
  );
  return Number(rows[0]?.count ?? 0);
}

/** The same alerts bundled by rule: the bundles with the worst first, of these with what nobody has answered, then the largest. */
export async function bundleAlerts(pool: pg.Pool, filter: AlertFilter): Promise<AlertBundle[]> {
  const where = new Where(filter);
  const { rows } = await pool.query<Omit<AlertBundle, 'newestAt'> & { newest_at: Date }>(
    `SELECT a.rule, a.origin, (array_agg(a.title ORDER BY a.number DESC))[1] AS title,
       (array_agg(a.severity ORDER BY ${RANK}))[1] AS severity, count(*)::int AS count,
       (count(*) FILTER (WHERE a.state = 'firing' AND a.muted IS NULL))::int AS unanswered, max(a.fired_at) AS newest_at
     FROM alert a WHERE ${where.text} GROUP BY a.rule, a.origin
     ORDER BY min(${WORST}), count(*) DESC LIMIT ${MOST_BUNDLES}`,
    where.values,
  );
  return rows.map(({ newest_at, ...row }) => ({ ...row, newestAt: newest_at.getTime() }));
}

/** Units that any alert is about; those that a scope holds are then asked for by name. */
export async function unitsOfAlerts(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ unit: string }>('SELECT DISTINCT unit FROM alert WHERE unit IS NOT NULL');
  return rows.map(({ unit }) => unit);
}

/** An alert with when each step was reached, for a report. */
export interface AlertReportRow {
  line: AlertLine;
  closedAt: number | null;
  comments: string | null;
}

/** Alerts for a report, newest first, with what people wrote when they resolved or closed them. */
export async function reportAlerts(pool: pg.Pool, filter: AlertFilter, limit: number): Promise<AlertReportRow[]> {
  const where = new Where(filter);
  const { rows } = await pool.query<LineRow & { closed_at: Date | null; comments: string | null }>(
    `SELECT ${LINE_COLUMNS}, a.closed_at, (SELECT string_agg(c.comment, ' / ' ORDER BY c.seq) FROM alert_change c
       WHERE c.alert_id = a.id AND c.kind IN ('resolved', 'closed') AND c.comment IS NOT NULL) AS comments
     FROM alert a WHERE ${where.text} ORDER BY a.number DESC LIMIT ${limit}`,
    where.values,
  );
  return rows.map((row) => ({
    line: toLine(row),
    closedAt: row.closed_at?.getTime() ?? null,
    comments: row.comments,
  }));
}

/** Text without its marks, as the column `words` holds it. */
const plain = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll('đ', 'd')
    .replace(/[\\%_]/g, '\\$&');

/** Conditions with their values. */
class Where {
  readonly values: unknown[] = [];
  private readonly parts: string[] = [];

  constructor(filter: AlertFilter) {
    const holding = filter.holding ? ` OR ${STILL_HOLDS}` : '';
    this.add((n) => `(a.state = ANY(${n})${holding})`, filter.states);
    this.add((n) => `a.severity = ANY(${n})`, filter.severities);
    this.add((n) => `a.sector = ANY(${n})`, filter.sectors);
    this.add((n) => `a.unit = ANY(${n})`, filter.units);
    this.add((n) => `a.rule = ANY(${n})`, filter.rules);
    this.add((n) => `a.origin = ${n}`, filter.origin);
    this.add((n) => `coalesce(a.assignee, '') = ${n}`, filter.assignee);
    this.add((n) => `a.fired_at >= ${n}`, filter.from === undefined ? undefined : new Date(filter.from));
    this.add((n) => `a.fired_at < ${n}`, filter.to === undefined ? undefined : new Date(filter.to));
    const words = plain(filter.text ?? '').split(/\s+/);
    for (const word of words.filter((each) => each !== '').slice(0, MOST_WORDS))
      this.add((n) => `a.words LIKE ${n}`, `%${word}%`);
  }

  get text(): string {
    return this.parts.length === 0 ? 'true' : this.parts.join(' AND ');
  }

  add(condition: (place: string) => string, value: unknown): void {
    if (value === undefined || value === null) return;
    this.parts.push(condition(this.value(value)));
  }

  /** The place of a value in the statement. */
  value(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}
