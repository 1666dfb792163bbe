import type { Matcher, Muted, Rule, Severity, Silence } from '#libs/contracts';
import type { IsUnitWithin } from './route.js';

/** What of an alert muting looks at. */
export interface MuteFacts {
  id: string;
  rule: string | null;
  key: string;
  sector: string | null;
  unit: string | null;
  severity: Severity;
}

/** Sources on which an alert hangs: only where all of them are silent is their silence behind it. */
export type Behind = readonly string[];

/** Everything that mutes at a moment; made once for many alerts. */
export interface MuteSetting {
  /** Those that hold now, the one that lasts longest first. */
  silences: readonly Silence[];
  /** Rule that is muted → what mutes it. */
  inhibitors: ReadonlyMap<string, Inhibitors>;
  within: IsUnitWithin;
  /** The same of a unit that a silence names. */
  named: IsUnitWithin;
  behind: (alert: MuteFacts) => Behind;
}

/** Alerts that mute others: of the same key, of a unit at or below theirs, behind which their source is, or all; the first of each. */
interface Inhibitors {
  key: Map<string, string>;
  unit: Map<string, string>;
  source: Map<string, string>;
  nothing: string | null;
}

/**
 * What mutes at `now`: silences and maintenance windows that hold, and alerts that fire now (`firing`; its condition has
 * not ended) by what their rules inhibit. `behind` is asked about alerts that a silent
 * source mutes only.
 */
export function muteSetting(
  silences: readonly Silence[],
  firing: Iterable<MuteFacts>,
  ruleOf: (id: string) => Pick<Rule, 'inhibits'> | undefined,
  within: IsUnitWithin,
  now: number,
  behind: MuteSetting['behind'],
  named = within,
): MuteSetting {
  const inhibitors = new Map<string, Inhibitors>();
  for (const alert of firing) {
    for (const { rules, same } of (alert.rule === null ? undefined : ruleOf(alert.rule)?.inhibits) ?? []) {
      for (const rule of rules) {
        const entry = inhibitors.get(rule) ?? { key: new Map(), unit: new Map(), source: new Map(), nothing: null };
        inhibitors.set(rule, entry);
        if (same === 'nothing') entry.nothing ??= alert.id;
        else if (same === 'source' && !entry.source.has(alert.key)) entry.source.set(alert.key, alert.id);
        else if (same === 'key' && !entry.key.has(alert.key)) entry.key.set(alert.key, alert.id);
        else if (same === 'unit' && alert.unit !== null && !entry.unit.has(alert.unit))
          entry.unit.set(alert.unit, alert.id);
      }
    }
  }
  const holding = silences
    .filter((silence) => holdsAt(silence, now))
    .sort((a, b) => Date.parse(b.to) - Date.parse(a.to));
  return { silences: holding, inhibitors, within, named, behind };
}

/** Why nobody is told of an alert; null: people are told. */
export function mutedBy(alert: MuteFacts, { silences, inhibitors, within, named, behind }: MuteSetting): Muted | null {
  const silence = silences.find(({ matcher }) => matches(matcher, alert, named));
  if (silence) return { why: silence.kind, by: silence.id, until: Date.parse(silence.to) };
  const entry = alert.rule === null ? undefined : inhibitors.get(alert.rule);
  const by =
    entry &&
    [
      entry.nothing,
      entry.key.get(alert.key) ?? null,
      above(entry, alert, within),
      entry.source.size > 0 ? ofSource(entry, behind(alert)) : null,
    ].find((id) => id !== null && id !== alert.id);
  return by ? { why: 'inhibited', by, until: null } : null;
}

/** The next moment after `now` at which a silence begins or ends; null: none. */
export function nextSilenceTurn(silences: readonly Silence[], now: number): number | null {
  const turns = silences.flatMap(({ from, to, endedAt }) => [
    Date.parse(from),
    endedAt === null ? Date.parse(to) : Date.parse(endedAt),
  ]);
  return turns.filter((turn) => turn > now).reduce<number | null>((first, turn) => Math.min(first ?? turn, turn), null);
}

/** Whether all that a matcher gives is true of an alert; one that gives nothing matches every alert. */
export function matches(matcher: Matcher, alert: Omit<MuteFacts, 'id'>, within: IsUnitWithin): boolean {
  const { rules, sectors, units, keys, severities } = matcher;
  const { rule, sector, unit, key, severity } = alert;
  return (
    (rules === undefined || (rule !== null && rules.includes(rule))) &&
    (sectors === undefined || (sector !== null && sectors.includes(sector))) &&
    (units === undefined || (unit !== null && units.some((each) => within(unit, each)))) &&
    (keys === undefined || keys.includes(key)) &&
    (severities === undefined || severities.includes(severity))
  );
}

const holdsAt = ({ from, to, endedAt }: Silence, now: number): boolean =>
  Date.parse(from) <= now && now < Date.parse(to) && (endedAt === null || now < Date.parse(endedAt));

function above(entry: Inhibitors, { id, unit }: MuteFacts, within: IsUnitWithin): string | null {
  if (unit === null) return null;
  for (const [ancestor, by] of entry.unit) if (by !== id && within(unit, ancestor)) return by;
  return null;
}

function ofSource({ source }: Inhibitors, behind: Behind): string | null {
  const silent = behind.flatMap((id) => source.get(id) ?? []);
  return silent.length < behind.length ? null : (silent[0] ?? null);
}
