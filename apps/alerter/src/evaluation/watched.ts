import {
  agencyOf,
  type AlertFacts,
  type Behind,
  groupKey,
  mutedBy,
  type MuteFacts,
  type MuteSetting,
  muteSetting,
  nextSilenceTurn,
} from '#libs/alerting';
import { SEVERITIES, type Muted, type Rule, type Severity, type Silence } from '#libs/contracts';
import type { MuteChange, WatchedAlert } from '#libs/persistence';

/** What it asks about units. */
export interface UnitQuestions {
  within(code: string, ancestor: string): boolean;
  /** Of a unit that a route or silence names: it may have been merged away. */
  isNamed(code: string, name: string): boolean;
  /** Code of the province that a unit lies in; empty when it is not known. */
  province(code: string): string;
}

/** Sources and units may be others without a word; who hangs on them is looked at again after this. */
const LOOK_AGAIN_MS = 60_000;

/** Alerts that are open, in memory: who mutes whom, and who no longer. */
export class Watched {
  private readonly alerts = new Map<string, WatchedAlert>();
  /** Something was changed that may mute or unmute. */
  private dirty = true;
  private turnsAt = 0;

  constructor(
    private readonly units: UnitQuestions,
    private readonly ruleOf: (id: string) => Rule | undefined,
    private readonly policyOf: (alert: AlertFacts) => string,
    private readonly behind: (rule: string, unit: string | null) => Behind,
  ) {}

  load(alerts: readonly WatchedAlert[]): void {
    this.alerts.clear();
    for (const alert of alerts) this.alerts.set(alert.id, alert);
    this.touch();
  }

  /** These were changed: `there` of them are still to be watched. */
  refresh(ids: readonly string[], there: readonly WatchedAlert[]): void {
    for (const id of ids) this.alerts.delete(id);
    for (const alert of there) this.alerts.set(alert.id, alert);
    this.touch();
  }

  /** Silences or rules were changed. */
  touch(): void {
    this.dirty = true;
  }

  /** Whether somebody has resolved it while its condition holds. */
  isSolved(alert: string): boolean {
    return this.alerts.get(alert)?.firing === false;
  }

  countBySeverity(): Record<Severity, number> {
    const counts = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>;
    for (const { severity } of this.alerts.values()) counts[severity]++;
    return counts;
  }

  /** What mutes now, with these alerts that are about to fire. */
  setting(silences: readonly Silence[], now: number, firing: readonly WatchedAlert[] = []): MuteSetting {
    const within = (unit: string, above: string): boolean => this.units.within(unit, above);
    const named = (unit: string, name: string): boolean => this.units.isNamed(unit, name);
    const all = [...this.alerts.values(), ...firing].filter((alert) => alert.firing);
    // Thousands of alerts of one rule and unit hang on the same sources.
    const known = new Map<string, Behind>();
    const behind = ({ rule, unit }: MuteFacts): Behind => {
      const name = `${rule} ${unit}`;
      const found = known.get(name) ?? this.behind(rule ?? '', unit);
      known.set(name, found);
      return found;
    };
    return muteSetting(silences, all, this.ruleOf, within, now, behind, named);
  }

  /** Who is muted otherwise than before; at most `limit`, the rest at the next call. Looks when something may have changed, and once a minute. */
  changes(silences: readonly Silence[], now: number, limit: number): MuteChange[] {
    if (!this.dirty && now < this.turnsAt) return [];
    const setting = this.setting(silences, now);
    const changes: MuteChange[] = [];
    this.dirty = false;
    this.turnsAt = Math.min(nextSilenceTurn(silences, now) ?? Infinity, now + LOOK_AGAIN_MS);
    for (const alert of this.alerts.values()) {
      const muted = mutedBy(alert, setting);
      if (sameMute(muted, alert.muted)) continue;
      if (changes.length >= limit) {
        this.dirty = true;
        break;
      }
      changes.push({ id: alert.id, muted, severity: alert.severity, ...this.groupOf(alert) });
    }
    return changes;
  }

  /** They were written. */
  muted(changes: readonly MuteChange[]): void {
    for (const { id, muted } of changes) {
      const alert = this.alerts.get(id);
      if (alert) this.alerts.set(id, { ...alert, muted });
    }
  }

  /** With which others an alert is told, as the routes stand now. */
  groupOf(alert: Omit<WatchedAlert, 'muted' | 'firing'>): { groupKey: string; policy: string } {
    const { id, rule, key, sector, severity, unit } = alert;
    const now = rule === null ? undefined : this.ruleOf(rule);
    const policy = this.policyOf({ severity, sector, unit, rule, agency: now ? agencyOf(now, key) : null });
    const province = unit === null ? '' : this.units.province(unit);
    return { groupKey: groupKey({ rule: rule ?? id, severity, province, policy }), policy };
  }
}

const sameMute = (a: Muted | null, b: Muted | null): boolean =>
  a === b || (a !== null && b !== null && a.why === b.why && a.by === b.by && a.until === b.until);
