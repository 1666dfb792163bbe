import { DAY_MS, HOUR_MS, MINUTE_MS, periodStart, SEVERITIES, type HubEvent } from '#libs/contracts';
import type { ExpectedAlert, RuleTestCase } from './rule-test.js';
import { YamlPlace } from './yaml-place.js';

const MOST_CASES = 200;
const MOST_EVENTS = 20_000;
/** Looks of a case: a month by the quarter of an hour, or two days by the minute. */
const MOST_LOOKS = 12_000;
const UNITS = { s: 1_000, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS } as const;

/**
 * Reads a file of rule tests:
 *
 *     sector: agriculture
 *     cases:
 *       - title: Mặn từ 4‰ thì báo
 *         from: 2026-03-10 06:00          # first look
 *         to: +3h
 *         events:                          # those before `from` are history
 *           - { at: 06:00, every: 15m, times: 4, type: salinity.measured, data: { station: dai-ngai, salinity: 4.2 } }
 *         expect:                          # these alerts of these rules, and no others
 *           - { rule: salinity-4, key: dai-ngai, fires: [06:00, 06:20], ends: 08:00, severity: serious }
 *
 * Times: `2026-03-10 06:00`, `06:00` of the first day, `+90m` after the first look, `-3d 06:00` of another day. Rules and
 * event types may leave out their sector. `{n}` in data is the number of the repetition. Throws `RuleTestError`.
 */
export function readRuleTests(text: string): RuleTestCase[] {
  const root = YamlPlace.of(text).fields(['sector', 'cases']);
  const sector = root.at('sector').text();
  const cases = root.at('cases').entries(MOST_CASES);
  if (cases.length === 0) root.at('cases').fail('has no case');
  return cases.map((place) => readCase(place, sector));
}

function readCase(place: YamlPlace, sector: string): RuleTestCase {
  place.fields(['title', 'rules', 'sources', 'from', 'to', 'look', 'events', 'expect']);
  const from = timeOf(place.at('from'), null);
  const to = timeOf(place.at('to'), from);
  if (to < from) place.at('to').fail('lies before from');
  const step = place.at('look').absent ? MINUTE_MS : duration(place.at('look'));
  if ((to - from) / step > MOST_LOOKS) place.at('to').fail(`makes more than ${MOST_LOOKS} looks: give a longer look`);
  const alerts = place.at('expect').entries(1_000);
  const expect = alerts.map((one) => expected(one, sector, from));
  const names = [...place.at('rules').entries(100), ...alerts.map((one) => one.at('rule'))];
  const rules = new Map<string, { id: string; line: number }>();
  for (const name of names) {
    const id = withSector(name.text(), sector);
    if (!rules.has(id)) rules.set(id, { id, line: name.line });
  }
  if (rules.size === 0) place.fail('expects no alert: name the rules that must be still, as rules: [...]');
  const sources = place
    .at('sources')
    .entries(50)
    .map((one) => {
      one.fields(['id', 'every', 'types', 'units']);
      const list = (name: string, all: string[]): string[] => {
        const entries = one.at(name).entries(50);
        return entries.length === 0 ? all : entries.map((entry) => entry.text());
      };
      return {
        id: one.at('id').text(),
        every: duration(one.at('every')) / 1_000,
        types: list('types', [`vn.ioc.${sector}.*`]),
        units: list('units', ['*']),
      };
    });
  const events = place
    .at('events')
    .entries(2_000)
    .flatMap((one, index) => repeated(one, { sector, from, to, index }));
  if (events.length > MOST_EVENTS) place.at('events').fail(`makes more than ${MOST_EVENTS} events`);
  const own = { id: 'test', types: ['*'], units: ['*'], every: 3_600 };
  return {
    title: place.at('title').text(),
    line: place.line,
    rules: [...rules.values()],
    sources: sources.some(({ id }) => id === own.id) ? sources : [...sources, own],
    from,
    to,
    step,
    events: events.sort((a, b) => a.arrives - b.arrives),
    expect,
  };
}

function expected(place: YamlPlace, sector: string, from: number): ExpectedAlert {
  place.fields(['rule', 'key', 'fires', 'ends', 'severity', 'flapping']);
  const severity = place.at('severity').absent ? {} : { severity: place.at('severity').oneOf(SEVERITIES) };
  const flapping = place.at('flapping').absent ? {} : { flapping: place.at('flapping').value === true };
  return {
    line: place.line,
    rule: withSector(place.at('rule').text(), sector),
    key: place.at('key').absent ? '' : place.at('key').text(),
    fires: spanOf(place.at('fires'), from),
    ends: place.at('ends').absent ? null : spanOf(place.at('ends'), from),
    ...severity,
    ...flapping,
  };
}

function repeated(
  place: YamlPlace,
  { sector, from, to, index }: { sector: string; from: number; to: number; index: number },
): { arrives: number; event: HubEvent }[] {
  place.fields(['at', 'every', 'times', 'until', 'type', 'source', 'unit', 'time', 'data']);
  const first = timeOf(place.at('at'), from);
  const every = place.at('every').absent ? null : duration(place.at('every'));
  const last = place.at('until').absent ? to : timeOf(place.at('until'), from);
  const times = place.at('times').absent ? Infinity : count(place.at('times'));
  const happened = place.at('time').absent ? null : timeOf(place.at('time'), from);
  const { value } = place.at('data');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) place.at('data').fail('must be a mapping');
  const typeText = place.at('type').text();
  const type = typeText.startsWith('vn.ioc.') ? typeText : `vn.ioc.${sector}.${typeText}.v1`;
  const source = place.at('source').absent ? 'test' : place.at('source').text();
  const unit = place.at('unit').absent ? {} : { unit: place.at('unit').text() };
  const events: { arrives: number; event: HubEvent }[] = [];
  for (let n = 0; n < (every === null ? 1 : times); n++) {
    const arrives = first + n * (every ?? 0);
    if (every !== null && arrives > last) break;
    if (events.length > MOST_EVENTS) place.fail(`makes more than ${MOST_EVENTS} events`);
    const data = filled(value, n + 1) as Record<string, unknown>;
    events.push({
      arrives,
      event: { id: `${index + 1}-${n + 1}`, source, type, time: happened ?? arrives, data, ...unit },
    });
  }
  return events;
}

/** The data with the number of the repetition for `{n}`. */
function filled(value: unknown, n: number): unknown {
  if (typeof value === 'string') return value.replaceAll('{n}', String(n));
  if (Array.isArray(value)) return value.map((one) => filled(one, n));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filled(one, n)]));
}

const withSector = (rule: string, sector: string): string => (rule.includes('.') ? rule : `${sector}.${rule}`);

function spanOf(place: YamlPlace, from: number): readonly [number, number] {
  if (!Array.isArray(place.value)) {
    const at = timeOf(place, from);
    return [at, at];
  }
  if (place.value.length !== 2) place.fail('must be a time, or two between which it lies');
  return [timeOf(place.at(0), from), timeOf(place.at(1), from)];
}

function count(place: YamlPlace): number {
  const { value } = place;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1)
    return place.fail('must be a whole number from 1');
  return value;
}

function duration(place: YamlPlace): number {
  const [, n, unit] = /^(\d{1,5})([smhd])$/.exec(String(place.value)) ?? [];
  if (n === undefined || Number(n) === 0) return place.fail('must be a duration such as 30s, 15m, 2h or 7d');
  return Number(n) * UNITS[unit as keyof typeof UNITS];
}

/** A time; `from` is the case's first look, null while that itself is read. */
function timeOf(place: YamlPlace, from: number | null): number {
  const text = String(place.value ?? '').trim();
  const moment = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?))?$/.exec(text);
  if (moment) {
    const at = Date.parse(`${moment[1]}T${moment[2] ?? '00:00'}+07:00`);
    if (!Number.isNaN(at)) return at;
  }
  if (from !== null) {
    const later = /^\+(\d{1,5})([smhd])$/.exec(text);
    if (later) return from + Number(later[1]) * UNITS[later[2] as keyof typeof UNITS];
    const clock = /^(?:([+-]\d{1,4})d )?([01]\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?$/.exec(text);
    if (clock) {
      const [, days = '0', hours, minutes, seconds = '0'] = clock;
      const ofDay = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * 1_000;
      return periodStart('d', from) + Number(days) * DAY_MS + ofDay;
    }
  }
  return place.fail(
    from === null
      ? 'must be a time such as 2026-03-10 06:00'
      : 'must be a time such as 06:00, +90m, -3d 06:00 or 2026-03-10 06:00',
  );
}
