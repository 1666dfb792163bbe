import { SEVERITIES, type Severity } from '#libs/contracts';
import type { Transition } from '#libs/persistence';
import type { Metrics } from '#libs/platform';

/** What operators see of the alerter; see docs/operations.md. */
export class AlerterMetrics {
  private readonly evaluation;
  private readonly changes;
  private readonly dueLag;
  private readonly told;

  constructor(private readonly metrics: Metrics) {
    this.evaluation = metrics.histogram(
      'ioc_alerter_evaluation_seconds',
      'Judging the rules that are not critical, one pass',
    );
    this.changes = metrics.counter('ioc_alerter_transitions_total', 'Alerts that fired or ended by a rule', ['kind']);
    this.dueLag = metrics.gauge('ioc_alerter_due_lag_seconds', 'How late the oldest due state of a rule is');
    this.told = metrics.counter('ioc_alerter_messages_total', 'Messages decided on', ['kind']);
  }

  /** What is only known when it is asked for. */
  watch(open: () => Record<Severity, number>, leads: () => boolean): void {
    this.metrics.gauge('ioc_alerter_open_alerts', 'Open alerts, as the leader sees them', ['severity'], (gauge) => {
      const counts = open();
      for (const severity of SEVERITIES) gauge.set({ severity }, leads() ? counts[severity] : 0);
    });
    this.metrics.gauge('ioc_alerter_leader', '1 where this process judges the rules', [], (gauge) =>
      gauge.set(leads() ? 1 : 0),
    );
  }

  judged(seconds: number): void {
    this.evaluation.observe(seconds);
  }

  lag(ms: number): void {
    this.dueLag.set(ms / 1_000);
  }

  transitions(transitions: readonly Transition[]): void {
    for (const { outcome } of transitions)
      if (outcome.kind === 'fire' || outcome.kind === 'end') this.changes.inc({ kind: outcome.kind });
  }

  messages(kind: string, count: number): void {
    this.told.inc({ kind }, count);
  }
}
