import { Inject, Injectable } from '@nestjs/common';
import type { AlertDetail, AlertLine, Policy, Rule, RuleView } from '#libs/contracts';
import { freshnessOf, prepareRule, sharesUnits, sourcesFor, sourcesOfMetrics, type UnitLookup } from '#libs/live';
import { alertDetail, type StoredAlert } from '#libs/persistence';
import { CLOCK, LOG, ProblemError, Settings, type Clock } from '#libs/platform';
import { Catalogue, FormulaError } from '#libs/sector-kit';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Viewer } from '../access/viewer.js';
import { BoardData } from '../boards/board-data.js';
import { PastQuestions } from '../boards/past-questions.js';
import { POOL, UNITS } from '../gateway.tokens.js';
import { chartOf } from './alert-chart.js';
import { isAboutSmallCounts, seesAlert } from './alert-scope.js';
import { Alerts, unknown } from './alerts.service.js';
import { conditionText } from './condition-text.js';
import { LiveAlerts } from './live-alerts.js';
import { waitsOf } from './waits.js';

/** Everything that is known of one alert. */
@Injectable()
export class AlertDetails {
  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(Alerts) private readonly alerts: Alerts,
    @Inject(LiveAlerts) private readonly live: LiveAlerts,
    @Inject(BoardData) private readonly data: BoardData,
    @Inject(PastQuestions) private readonly past: PastQuestions,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(UNITS) private readonly units: UnitLookup,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** 404 where there is none, or none that the viewer may see. Where everybody looks: without small counts, and without what people wrote. */
  async of(viewer: Viewer, id: string): Promise<AlertDetail> {
    const stored = await alertDetail(this.pool, id);
    if (!stored || !seesAlert(viewer.scope, stored.line, this.units)) throw unknown();
    const [line] = await this.alerts.shown(viewer, [stored.line]);
    if (!line) throw unknown();
    const rule = stored.ruleThen;
    const shared = viewer.scope.shared === true;
    const hides = shared && rule !== null && isAboutSmallCounts(rule.condition, this.catalogue);
    const { steps, description } = stored;
    return {
      ...line,
      agencyName: (line.agency && this.catalogue.sharedLabel('agency', line.agency)) || null,
      ruleView: rule ? await this.ruleView(rule) : null,
      formula: rule ? conditionText(rule.condition) : null,
      indicator: rule && 'indicator' in rule.condition ? rule.condition.indicator : indicatorIn(rule),
      sources: this.sourcesOf(viewer, line, rule),
      chart: rule && !hides ? await this.chart(rule, stored.line) : null,
      steps: shared ? steps.map((step) => ({ ...step, by: null })) : steps,
      history: shared ? stored.history.map((each) => ({ ...each, comment: null, detail: {} })) : stored.history,
      related: await this.alerts.shown(viewer, stored.related),
      notifications: shared ? [] : stored.notifications,
      escalation: shared ? null : await this.escalation(stored),
      // What came as CAP was written for everybody.
      description: shared && line.origin !== 'cap' ? null : description,
    };
  }

  private async chart(rule: Rule, line: AlertLine): Promise<AlertDetail['chart']> {
    const now = this.clock.now();
    const { catalogue, pool, units } = this;
    const ports = { catalogue, pool, units, minuteDays: this.settings.MINUTE_DAYS };
    try {
      return await this.past.answer(now, now, () => chartOf(ports, rule, line, now));
    } catch (error) {
      // The alert matters more than its picture.
      if (!(error instanceof ProblemError)) this.log.warn({ err: error, rule: rule.id }, 'an alert has no chart');
      return null;
    }
  }

  private async ruleView(rule: Rule): Promise<RuleView> {
    const { rows } = await this.pool.query<{
      own: boolean;
      enabled: boolean;
      version: number;
      updated_by: string;
      updated_at: Date;
    }>('SELECT definition IS NOT NULL AS own, enabled, version, updated_by, updated_at FROM alert_rule WHERE id = $1', [
      rule.id,
    ]);
    const [row] = rows;
    const origin = rule.id.startsWith('own.') ? 'operator' : 'pack';
    return {
      ...rule,
      origin,
      changed: origin === 'pack' && row?.own === true,
      enabled: row?.enabled ?? true,
      version: row?.version ?? 1,
      updatedBy: row?.updated_by ?? null,
      updatedAt: row?.updated_at.toISOString() ?? null,
      open: this.live.openOf(rule.id),
    };
  }

  /** Those that may have written what the rule reads about the unit; of what a person raised or came as CAP none. */
  private sourcesOf({ scope }: Viewer, { key, unit }: AlertLine, rule: Rule | null): AlertDetail['sources'] {
    if (rule === null) return [];
    const now = this.clock.now();
    const { catalogue, units } = this;
    const { sources } = this.data;
    const writing =
      rule.condition.kind === 'silent-source'
        ? sources.filter(({ id }) => id === key)
        : sourcesFor(sourcesOfMetrics(metricsOf(rule, catalogue), rule.sector, { catalogue, sources }), unit, units);
    return writing
      .filter((source) => sharesUnits(scope, source.units, this.units))
      .map((source) => {
        const late = ['attention', 'serious'].includes(freshnessOf(source, now));
        return { id: source.id, name: source.name, lastSeen: source.lastSeen, late };
      });
  }

  private async escalation({ escalation, line }: StoredAlert): Promise<AlertDetail['escalation']> {
    if (!escalation) return null;
    const { severity, dueAt, ...shown } = escalation;
    const { rows } = await this.pool.query<{ definition: Policy }>('SELECT definition FROM policy WHERE id = $1', [
      escalation.policy,
    ]);
    const policy = rows[0]?.definition;
    const next = dueAt ?? shown.nextAt;
    const waits = policy && line.state === 'firing' ? waitsOf(policy, severity, next, this.clock.now()) : null;
    return { ...shown, policyName: policy?.name ?? escalation.policy, waits };
  }
}

/** What a rule reads. One of then may name what the packs of today no longer have. */
function metricsOf(rule: Rule, catalogue: Catalogue): readonly string[] {
  try {
    return prepareRule(rule, catalogue).metrics;
  } catch (error) {
    if (error instanceof FormulaError) return [];
    throw error;
  }
}

/** The indicator that a rule's formula is, where it is nothing but one. */
function indicatorIn(rule: Rule | null): string | null {
  if (!rule || !('value' in rule.condition)) return null;
  return /^\s*\[([^\]]+)\]\s*$/.exec(rule.condition.value)?.[1]?.trim() ?? null;
}
