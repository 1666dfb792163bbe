import { stillHolds } from '#libs/contracts';
import type { AlertChange, AlertLine, Severity } from '#libs/contracts';
import { changeName, marksOfAlert, stateOf } from '../alert-words.js';
import { formatAge, formatAsOf } from '../format.js';
import { say } from '../language.js';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `từ 14:05 (2 giờ)` */
export function sinceWords(since: number, now: number): string {
  const age = formatAge(now - since, 'short');
  return `${say({ vi: 'từ', en: 'since' })} ${formatAsOf(since, now)} (${age})`;
}

/** Who has it, or that nobody does, and what else must not be missed. `names`: by login. */
export function whoHasIt(alert: AlertLine, names: ReadonlyMap<string, string>): string {
  const login = alert.assignee ?? alert.acknowledgedBy;
  const state = capital(stateOf(alert));
  const who =
    alert.state === 'firing' || login === null ? state : `${state}: ${names.get(login) ?? alert.who ?? login}`;
  // A simulated one has its own mark.
  const marks = marksOfAlert({ ...alert, simulated: false });
  return [who, ...marks].join(' · ');
}

/** Worst first, of these what nobody has answered, then the newest; then what is resolved and still holds, what nobody is told of last. */
export function inOrder(alerts: readonly AlertLine[]): AlertLine[] {
  const rank: Record<Severity, number> = { critical: 0, serious: 1, warning: 2, information: 3 };
  const place = (alert: AlertLine): number =>
    (alert.muted ? 10 : 0) + (stillHolds(alert) ? 5 : 0) + rank[alert.severity];
  const answered = ({ state }: AlertLine): number => Number(state !== 'firing');
  return [...alerts].sort((a, b) => place(a) - place(b) || answered(a) - answered(b) || b.firedAt - a.firedAt);
}

/** What happened, and by whom. `nameOf`: name of a login. */
export function changeWords(change: AlertChange, nameOf: (login: string) => string): string {
  const { actor, detail } = change;
  const said = capital(changeName(change));
  if (actor === 'system') return said;
  if (actor === 'link') {
    const person = typeof detail.person === 'string' ? nameOf(detail.person) : '';
    return `${said} – ${person} ${say({ vi: '(bằng liên kết)', en: '(by a link)' })}`;
  }
  // Who gives it away names the next one; who starts, himself.
  const next = detail.to ?? detail.assignee;
  const to = typeof next === 'string' ? ` → ${nameOf(next)}` : '';
  return `${said} – ${nameOf(actor)}${to}`;
}
