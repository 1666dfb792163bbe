import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { UnitDirectory } from '#libs/access';
import { DAY_MS, type AlertLine, type Matcher, type Severity, type Silence } from '#libs/contracts';
import { AuditEntity, openAlerts, SilenceEntity } from '#libs/persistence';
import { CLOCK, ProblemError, type Clock } from '#libs/platform';
import type pg from 'pg';
import { DataSource, IsNull } from 'typeorm';
import type { Viewer } from '../access/viewer.js';
import { POOL, UNITS } from '../gateway.tokens.js';
import { Alerts, wrong } from './alerts.service.js';
import { KnownNames } from './known-names.js';
import { matches } from './matcher.js';
import type { NewSilenceDto } from './silences.dto.js';

/** What a silence would do to the alerts that are open. */
export interface SilencePreview {
  open: number;
  severities: Record<Severity, number>;
  /** The worst of them. */
  examples: AlertLine[];
  /** Units of the matcher that were merged away, each with those of today that it stands for. */
  merged: { code: string; into: { code: string; name: string }[] }[];
}

/** A silence with how many open alerts match it now. */
export type SilenceView = Silence & { open: number };

/** Days that each kind lasts at most. */
const MOST_DAYS = { silence: 7, maintenance: 30 } as const;
/** Days ahead that a maintenance window may begin. */
const AHEAD_DAYS = 90;
const KEPT_DAYS = 30;
const MOST_LISTED = 200;
const MOST_CURRENT = 500;
const EXAMPLES = 5;

/** Silences and maintenance windows: alerts of which nobody is told for a time, and why. */
@Injectable()
export class Silences {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(Alerts) private readonly alerts: Alerts,
    @Inject(KnownNames) private readonly names: KnownNames,
    @Inject(UNITS) private readonly units: UnitDirectory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Those that hold or will, and those of the last month; the newest first. */
  async list(): Promise<SilenceView[]> {
    const since = new Date(this.clock.now() - KEPT_DAYS * DAY_MS);
    const rows = await this.database
      .getRepository(SilenceEntity)
      .createQueryBuilder('s')
      .where('s.to > :since', { since })
      .orderBy('s.from', 'DESC')
      .limit(MOST_LISTED)
      .getMany();
    const open = await openAlerts(this.pool);
    return rows.map((row) => ({ ...viewOf(row), open: open.filter((line) => this.matches(row.matcher, line)).length }));
  }

  async preview(viewer: Viewer, matcher: Matcher): Promise<SilencePreview> {
    await this.names.check(matcher);
    const found = (await openAlerts(this.pool)).filter((line) => this.matches(matcher, line));
    const severities: Record<Severity, number> = { information: 0, warning: 0, serious: 0, critical: 0 };
    for (const { severity } of found) severities[severity]++;
    const merged = (matcher.units ?? [])
      .map((code) => ({ code, into: this.units.mergedInto(code).map(({ code: now, name }) => ({ code: now, name })) }))
      .filter(({ into }) => into.length > 0);
    const examples = await this.alerts.shown(viewer, found.slice(0, EXAMPLES));
    return { open: found.length, severities, examples, merged };
  }

  async add(viewer: Viewer, body: NewSilenceDto): Promise<Silence> {
    const now = this.clock.now();
    const from = body.from === undefined ? now : Date.parse(body.from);
    const to = Date.parse(body.to);
    await this.names.check(body.matcher);
    checkTimes(body.kind, from, to, now);
    const { kind, matcher, reason } = body;
    const row = {
      ...{ id: randomUUID(), kind, matcher: { ...matcher }, from: new Date(from), to: new Date(to) },
      ...{ reason: reason.trim(), by: viewer.name, endedAt: null },
    };
    await this.database.transaction(async (manager) => {
      // Each is looked at for each alert: an installation has some, not thousands.
      await manager.query('SELECT pg_advisory_xact_lock(726015)');
      const current = await manager
        .createQueryBuilder(SilenceEntity, 's')
        .where('s.to > :now AND s.endedAt IS NULL', { now: new Date(now) })
        .getCount();
      if (current >= MOST_CURRENT)
        throw new ProblemError(409, 'too-many', undefined, `There are ${MOST_CURRENT} silences already; end some.`);
      await manager.insert(SilenceEntity, row);
      const detail = { matcher: row.matcher, from: row.from, to: row.to, reason: row.reason };
      await manager.insert(AuditEntity, { actor: viewer.name, action: `${kind}.add`, object: row.id, detail });
    });
    await this.alerts.tell([], true);
    return viewOf(row);
  }

  /** Ends one before its time; what it muted is told again. */
  async end(viewer: Viewer, id: string): Promise<Silence> {
    const now = new Date(this.clock.now());
    const ended = await this.database.transaction(async (manager) => {
      const row = await manager.findOne(SilenceEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!row) throw new ProblemError(404, 'silence-unknown', undefined, 'There is no such silence.');
      if (row.endedAt !== null || row.to <= now)
        throw new ProblemError(409, 'silence-over', undefined, 'It is over already.', { silence: viewOf(row) });
      await manager.update(SilenceEntity, { id, endedAt: IsNull() }, { endedAt: now });
      await manager.insert(AuditEntity, { actor: viewer.name, action: `${row.kind}.end`, object: id, detail: {} });
      return { ...row, endedAt: now };
    });
    await this.alerts.tell([], true);
    return viewOf(ended);
  }

  private matches(matcher: Matcher, line: AlertLine): boolean {
    return matches(matcher, line, this.units);
  }
}

function checkTimes(kind: Silence['kind'], from: number, to: number, now: number): void {
  if (to <= from) throw wrong('/to', 'to must be after from');
  if (to <= now) throw wrong('/to', 'to must lie in the future');
  if (to - Math.max(from, now) > MOST_DAYS[kind] * DAY_MS)
    throw wrong('/to', `a ${kind} lasts at most ${MOST_DAYS[kind]} days`);
  if (from > now + AHEAD_DAYS * DAY_MS) throw wrong('/from', `from may lie ${AHEAD_DAYS} days ahead at most`);
}

const viewOf = ({ from, to, endedAt, ...row }: SilenceEntity): Silence => ({
  ...row,
  from: from.toISOString(),
  to: to.toISOString(),
  endedAt: endedAt?.toISOString() ?? null,
});
