import { randomUUID } from 'node:crypto';
import { mutedBy } from '#libs/alerting';
import type { AlertSettings, Silence } from '#libs/contracts';
import type { PreparedRule, RuleSight } from '#libs/live';
import { type FiredAlert, limitsOf, type Transition, type WatchedAlert } from '#libs/persistence';
import type { Judgement } from './judge.js';
import { shownOf } from './shown.js';
import type { Watched } from './watched.js';

/** Turns judgements into what is written: alerts with everything that they show, muted or not. */
export function transitionsOf(
  judgements: readonly Judgement[],
  sight: RuleSight,
  watched: Watched,
  silences: readonly Silence[],
  limits: AlertSettings['limits'],
): Transition[] {
  const now = sight.moment.at;
  const fired = new Map<Judgement, FiredAlert>();
  for (const judgement of judgements)
    if (judgement.prepared && judgement.decision.kind === 'fire')
      fired.set(judgement, firedAlert(judgement.prepared, judgement, sight, watched, limits));
  if (fired.size > 0) {
    const setting = watched.setting(silences, now, [...fired.values()].map(asWatched));
    for (const alert of fired.values()) alert.muted = mutedBy(alert, setting);
  }
  return judgements.map((judgement): Transition => {
    const { rule, prepared, key, state, before, decision, reading } = judgement;
    const alert = fired.get(judgement);
    const base = { rule, key };
    if (alert && decision.kind === 'fire') {
      const reopens = decision.reopen ? (before?.alertId ?? null) : null;
      // A reopened alert keeps its id; where it is gone the new one takes its place.
      const alertId = reopens ?? alert.id;
      alert.id = alertId;
      return { ...base, state: state && { ...state, alertId }, outcome: { kind: 'fire', alert, reopens } };
    }
    if (decision.kind === 'end' && before?.alertId) {
      const { why } = decision;
      const condition = prepared?.rule.condition ?? null;
      return { ...base, state, outcome: { kind: 'end', alert: before.alertId, value: reading.value, why, condition } };
    }
    if (before?.phase === 'ending' && before.alertId !== null && state !== null)
      return { ...base, state, outcome: { kind: 'keep', alert: before.alertId } };
    return { ...base, state, outcome: { kind: 'none' } };
  });
}

function firedAlert(
  prepared: PreparedRule,
  { key, reading, decision, before }: Judgement,
  sight: RuleSight,
  watched: Watched,
  limits: AlertSettings['limits'],
): FiredAlert {
  const { rule } = prepared;
  const now = sight.moment.at;
  const shown = shownOf(prepared, key, sight);
  const id = randomUUID();
  const since = decision.kind === 'fire' ? decision.since : (before?.since ?? now);
  return {
    id,
    key,
    since,
    ...shown,
    ...limitsOf(limits, rule.severity, now),
    rule: rule.id,
    sector: rule.sector,
    severity: rule.severity,
    disaster: rule.disaster ?? null,
    title: rule.title,
    value: reading.value,
    limit: reading.limit,
    flapping: decision.kind === 'fire' && decision.flapping,
    muted: null,
    steps: rule.steps ?? [],
    ruleThen: rule,
    ...watched.groupOf({ id, key, rule: rule.id, sector: rule.sector, severity: rule.severity, unit: shown.unit }),
  };
}

export const asWatched = (alert: FiredAlert): WatchedAlert => {
  const { id, rule, key, sector, unit, severity, muted } = alert;
  return { id, rule, key, sector, unit, severity, muted, firing: true };
};
