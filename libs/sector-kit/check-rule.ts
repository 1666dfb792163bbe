import {
  type Fault,
  INHIBITS_BY,
  isDayName,
  MOST_RULE_MUTES,
  MOST_RULE_WINDOWS,
  type Rule,
  SEVERITIES,
} from '#libs/contracts';
import { conditionFaults, type RuleWorld } from './check-condition.js';
import { AGENCY_VALUES } from './entered.js';

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => string | null;

const MOST_SECONDS = 30 * 86_400;
const ID = /^[a-z0-9][a-z0-9-]{0,39}\.[a-z0-9][a-z0-9-]{0,59}$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const oneOf =
  (values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value) ? null : `must be one of ${values.join(', ')}`;
const like =
  (pattern: RegExp, message: string): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? null : message;
const day: Check = (value) =>
  typeof value === 'string' && isDayName(value) ? null : 'must be a day such as 2026-01-31';
const whole =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? null
      : `must be a whole number from ${least} to ${most}`;
const text =
  (most: number): Check =>
  (value) => {
    const said = isObject(value) ? [value['vi'], value['en']] : [];
    const good = said.length === 2 && said.every((one) => typeof one === 'string' && one.trim() !== '');
    if (!good) return 'must be said in Vietnamese and English: {vi, en}';
    return said.some((one) => (one as string).length > most) ? `may have ${most} characters` : null;
  };
const agency: Check = (value) =>
  typeof value === 'string' && AGENCY_VALUES.fits(value) ? null : `must be ${AGENCY_VALUES.hint}`;
const fine: Check = () => null;

/** Every field of a rule, what it must be, and whether it may be absent. */
const FIELDS: Record<keyof Rule, { check: Check; optional?: true }> = {
  id: { check: like(ID, 'must be <sector>.<name> or own.<name>: small letters, digits and "-"') },
  title: { check: text(160) },
  sector: { check: fine },
  severity: { check: oneOf(SEVERITIES) },
  disaster: { check: whole(1, 5), optional: true },
  note: { check: text(1_000) },
  condition: { check: fine },
  by: { check: fine, optional: true },
  for: { check: whole(0, MOST_SECONDS), optional: true },
  keepFiring: { check: whole(0, MOST_SECONDS), optional: true },
  recover: { check: fine, optional: true },
  noData: { check: oneOf(['ok', 'keep', 'fire']), optional: true },
  flapping: { check: fine, optional: true },
  units: { check: fine, optional: true },
  agency: { check: agency, optional: true },
  validFrom: { check: day, optional: true },
  validTo: { check: day, optional: true },
  hours: { check: fine, optional: true },
  inhibits: { check: fine, optional: true },
  steps: { check: fine, optional: true },
};

/**
 * Everything that is wrong with a rule on its own, each with its place (JSON pointer); what it has to do with units and
 * other rules is judged elsewhere. Takes whatever was sent.
 */
export function ruleFaults(rule: unknown, world: RuleWorld): Fault[] {
  if (!isObject(rule)) return [{ path: '', message: 'must be an object' }];
  const faults: Fault[] = [];
  const tell = (path: string, message: string | null): void => {
    if (message !== null) faults.push({ path, message });
  };
  for (const name of Object.keys(rule)) if (!(name in FIELDS)) tell(`/${name}`, 'there is no such field');
  for (const [name, { check, optional }] of Object.entries(FIELDS)) {
    const value = rule[name];
    if (value !== undefined) tell(`/${name}`, check(value));
    else if (!optional) tell(`/${name}`, 'is missing');
  }
  if (rule['sector'] !== undefined && !world.packs.some(({ id }) => id === rule['sector']))
    tell('/sector', `there is no sector ${String(rule['sector'])}`);
  const { validFrom, validTo } = rule;
  if (typeof validFrom === 'string' && typeof validTo === 'string' && validFrom > validTo)
    tell('/validTo', 'lies before validFrom: it would never be in force');
  checkFlapping(rule['flapping'], tell);
  checkHours(rule['hours'], tell);
  list(rule['units'], 500, '/units', tell, like(/^(former:)?[0-9A-Za-z]{1,10}$/, 'must be the code of a unit'));
  list(rule['steps'], 20, '/steps', tell, text(400));
  checkInhibits(rule, tell);
  return rule['condition'] === undefined ? faults : [...faults, ...conditionFaults(rule, world)];
}

type Tell = (path: string, message: string | null) => void;

function list(value: unknown, most: number, path: string, tell: Tell, check: Check): void {
  if (value === undefined) return;
  if (!Array.isArray(value)) return tell(path, 'must be a list');
  if (value.length > most) return tell(path, `may have ${most} entries`);
  if (value.length === 0 && path === '/units') tell(path, 'names no unit; leave it out for all');
  value.forEach((one, index) => tell(`${path}/${index}`, check(one)));
}

function checkFlapping(value: unknown, tell: Tell): void {
  if (value === undefined) return;
  if (!isObject(value)) return tell('/flapping', 'must be {times, minutes}');
  tell('/flapping/times', whole(2, 100)(value['times']));
  tell('/flapping/minutes', whole(1, 1_440)(value['minutes']));
}

function checkHours(value: unknown, tell: Tell): void {
  if (value === undefined || value === 'working') return;
  if (!Array.isArray(value)) return checkWindow(value, '/hours', tell);
  if (value.length === 0) tell('/hours', 'names no window; leave it out for all day');
  if (value.length > MOST_RULE_WINDOWS) tell('/hours', `may have ${MOST_RULE_WINDOWS} windows`);
  else value.forEach((one, index) => checkWindow(one, `/hours/${index}`, tell));
}

function checkWindow(value: unknown, path: string, tell: Tell): void {
  if (!isObject(value)) return tell(path, 'must be "working", a window {days, from, to} or a list of windows');
  const { days, from, to } = value;
  const good = Array.isArray(days) && days.length > 0 && days.every((day) => whole(1, 7)(day) === null);
  if (!good) tell(`${path}/days`, 'must be at least one day, from 1 (Monday) to 7 (Sunday)');
  tell(`${path}/from`, like(TIME, 'must be a time such as 07:30')(from));
  tell(`${path}/to`, like(TIME, 'must be a time such as 17:00')(to));
  if (typeof from === 'string' && from === to) tell(`${path}/to`, 'is the same as from: leave hours out for all day');
}

function checkInhibits({ id, condition, inhibits }: Fields, tell: Tell): void {
  list(inhibits, MOST_RULE_MUTES, '/inhibits', tell, (one) => (isObject(one) ? null : 'must be {rules, same}'));
  if (!Array.isArray(inhibits)) return;
  const ofSources = isObject(condition) && condition['kind'] === 'silent-source';
  inhibits.forEach((one: unknown, index) => {
    if (!isObject(one)) return;
    const { rules, same } = one;
    tell(`/inhibits/${index}/rules`, mutedFault(rules, id));
    if (!INHIBITS_BY.some((each) => each === same))
      tell(`/inhibits/${index}/same`, `must be one of ${INHIBITS_BY.join(', ')}`);
    else if (same === 'source' && !ofSources)
      tell(`/inhibits/${index}/same`, 'may be source only where the rule is about silent sources');
  });
}

function mutedFault(rules: unknown, own: unknown): string | null {
  const named = Array.isArray(rules) && rules.every((id) => typeof id === 'string');
  if (!named || rules.length === 0 || rules.length > 100) return 'must name 1 to 100 rules';
  return rules.includes(own as string) ? 'a rule must not mute itself' : null;
}

/** Rules that mute each other in a circle, e.g. `[a, b, a]`; null when there is none. Ids that are unknown are passed over. */
export function inhibitionLoop(rules: readonly Pick<Rule, 'id' | 'inhibits'>[]): string[] | null {
  const mutes = new Map(rules.map(({ id, inhibits }) => [id, (inhibits ?? []).flatMap((one) => one.rules)]));
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): string[] | null => {
    const at = path.indexOf(id);
    if (at >= 0) return [...path.slice(at), id];
    if (done.has(id)) return null;
    for (const next of mutes.get(id) ?? []) {
      const loop = visit(next, [...path, id]);
      if (loop) return loop;
    }
    done.add(id);
    return null;
  };
  for (const { id } of rules) {
    const loop = visit(id, []);
    if (loop) return loop;
  }
  return null;
}
