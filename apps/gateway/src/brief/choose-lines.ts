import {
  DAY_MS,
  dayStart,
  MINUTE_MS,
  type Brief,
  type BriefLine,
  type BriefPart,
  type Level,
  type Severity,
  type Text,
} from '#libs/contracts';
import { dueOf, owedPeriod } from '#libs/sector-kit';
import type { BriefAlert, BriefDuty, BriefFacts, BriefIndicator } from './brief-facts.js';
import { changeText, clockText, dateText, dayText, inBoth, joined, momentText, numberText, plain } from './words.js';

/** Lines of each part; together they fit on one page of A4. */
export const MOST_LINES: Record<BriefPart, number> = { changed: 8, red: 9, late: 7, due: 7 };
/** Lines that one sector may take of what changed, so that no busy one fills the page. */
const MOST_OF_SECTOR = 2;
/** Alerts of what is red, so that indicators have a place beside a storm. */
const MOST_ALERTS = 6;

const RANK: Record<Level, number> = { ok: 0, unknown: 0, attention: 1, serious: 2, critical: 3 };
const LEVEL_OF: Record<Severity, Level> = {
  information: 'ok',
  warning: 'attention',
  serious: 'serious',
  critical: 'critical',
};

/** The brief that these facts make. Pure: the same facts always make the same page. */
export function makeBrief(facts: BriefFacts): Omit<Brief, 'kept'> {
  const parts = { changed: changed(facts), red: red(facts), late: late(facts), due: due(facts) };
  const unlisted = unlistedOf(facts);
  const totalOf = (part: BriefPart): number => parts[part].length + unlisted[part];
  const made = (Object.keys(parts) as BriefPart[]).map((part) => {
    const lines = parts[part].slice(0, MOST_LINES[part]);
    return { part, title: titleOf(part, facts), lines, more: totalOf(part) - lines.length };
  });
  const { day, at, simulated } = facts;
  const headline = headlineOf(facts, totalOf('late'), totalOf('due'));
  return { day, at, headline, parts: made, simulated };
}

function titleOf(part: BriefPart, { day }: BriefFacts): Text {
  const midnight = dayStart(day);
  const [yesterday, before] = [dayText(midnight - DAY_MS), dayText(midnight - 2 * DAY_MS)];
  return {
    changed: plain(
      `Thay đổi trong ngày hôm qua (${yesterday} so với ${before})`,
      `What changed yesterday (${yesterday} against ${before})`,
    ),
    red: plain('Đang ở mức đỏ', 'In the red now'),
    late: plain('Ai đang trễ', 'Who is late'),
    due: plain('Đến hạn hôm nay', 'Due today'),
  }[part];
}

/** Alerts of each part beyond those that the facts list: they are counted, not shown. */
function unlistedOf(facts: BriefFacts): Record<BriefPart, number> {
  const { alerts, counts, at } = facts;
  const listed = (belongs: (alert: BriefAlert) => boolean): number => alerts.filter(belongs).length;
  return {
    changed: 0,
    red: Math.max(0, counts.red - listed(isRed)),
    late: Math.max(0, counts.late - listed((alert) => isPast(alert, at))),
    due: Math.max(0, counts.due - listed((alert) => endsToday(alert, facts))),
  };
}

function headlineOf({ counts: { open, unanswered } }: BriefFacts, late: number, due: number): Text {
  const counts: [number, string, string][] = [
    [open, 'cảnh báo đang mở', open === 1 ? 'open alert' : 'open alerts'],
    [unanswered, 'chưa ai xác nhận', 'unanswered'],
    [late, 'việc trễ', late === 1 ? 'thing late' : 'things late'],
    [due, 'việc đến hạn hôm nay', 'due today'],
  ];
  const said = counts
    .filter(([count]) => count > 0)
    .map(([count, vi, en]) => plain(`${count} ${vi}`, `${count} ${en}`));
  return joined(said) ?? plain('Không có cảnh báo, không có việc trễ', 'No alerts, nothing late');
}

/** Yesterday against the day before: first what crossed a limit, then the largest changes, leading numbers before others. */
function changed({ indicators, day }: BriefFacts): BriefLine[] {
  const lastMinute = dayStart(day) - MINUTE_MS;
  const found = indicators.flatMap((one) => {
    const { yesterday: now, dayBefore: before } = one;
    if (!now || !before || now.value === null || before.value === null) return [];
    const difference = now.value - before.value;
    const text = changeText(difference, one.format);
    const seen = text !== null && Number(Math.abs(difference).toFixed(one.format.digits)) > 0;
    const crossed = Math.abs(RANK[now.level] - RANK[before.level]);
    if (!seen) return [];
    const share = Math.min(1, Math.abs(difference) / Math.max(Math.abs(before.value), 1e-9));
    const line: BriefLine = {
      name: one.title,
      value: numberText(now.value, one.format),
      note: joined([text, crossed > 0 ? crossing(now.level, before.level) : null, one.sector]),
      level: now.level,
      path: pathOf(one.code, lastMinute),
    };
    return [{ line, one, weight: crossed * 10 + (one.leading ? 1 : 0) + share }];
  });
  found.sort((a, b) => b.weight - a.weight || (a.one.code < b.one.code ? -1 : 1));
  const taken = new Map<string, number>();
  return found
    .filter(({ one }) => {
      const count = (taken.get(one.sector.vi) ?? 0) + 1;
      taken.set(one.sector.vi, count);
      return count <= MOST_OF_SECTOR;
    })
    .map(({ line }) => line);
}

const crossing = (now: Level, before: Level): Text =>
  RANK[now] > RANK[before] ? plain('xấu đi', 'worse') : plain('khá hơn', 'better');

/** Open alerts that are serious or critical, worst and oldest first, and indicators that are so now. */
function red({ alerts, indicators, at }: BriefFacts): BriefLine[] {
  const bad = indicators
    .filter(({ now }) => RANK[now.level] >= RANK.serious && now.value !== null)
    .sort((a, b) => RANK[b.now.level] - RANK[a.now.level] || (a.code < b.code ? -1 : 1));
  const open = alerts
    .filter(isRed)
    .sort((a, b) => RANK[LEVEL_OF[b.severity]] - RANK[LEVEL_OF[a.severity]] || a.firedAt - b.firedAt);
  // Where indicators leave room, alerts take it.
  const room = Math.max(MOST_ALERTS, MOST_LINES.red - bad.length);
  const line = (alert: BriefAlert): BriefLine =>
    alertLine(alert, joined([sinceText(alert.since, at), answerOf(alert)]) ?? plain(''));
  return [...open.slice(0, room).map(line), ...bad.map(standingLine), ...open.slice(room).map(line)];
}

/** Alerts past their limits, counts of what is overdue, silent sources, broken promises of freshness. */
function late({ alerts, indicators, sources, at }: BriefFacts): BriefLine[] {
  const passed = alerts.flatMap((alert) => {
    const limit = limitOf(alert);
    return limit !== null && isPast(alert, at) ? [{ alert, limit }] : [];
  });
  passed.sort((a, b) => a.limit.at - b.limit.at);
  const silent = sources
    .filter(({ level }) => level === 'serious')
    .sort((a, b) => (a.lastSeen ?? 0) - (b.lastSeen ?? 0));
  return [
    ...passed.map(({ alert, limit }) => alertLine(alert, joined([limit.name, momentOf(limit.at, at)]))),
    ...counted(indicators, 'late').map(standingLine),
    ...silent.map(({ name, lastSeen }): BriefLine => ({
      name: plain(name),
      value: lastSeen === null ? null : momentOf(lastSeen, at),
      note: plain('nguồn im lặng, nghe lần cuối', 'silent source, last heard'),
      level: 'serious',
      path: '/catalogue',
    })),
    ...indicators
      .filter((one) => one.late)
      .map((one): BriefLine => ({
        name: one.title,
        value: null,
        note: joined([plain('số liệu trễ cam kết', 'figures late by promise'), one.owner ?? one.sector]),
        level: 'attention',
        path: pathOf(one.code),
      })),
  ];
}

/** Who is on call, limits of alerts that end today, counts of what falls due, figures that are owed today. */
function due(facts: BriefFacts): BriefLine[] {
  const { alerts, indicators, duties, at } = facts;
  const limits = alerts.flatMap((alert) => {
    const limit = limitOf(alert);
    return limit !== null && endsToday(alert, facts) ? [{ alert, limit }] : [];
  });
  limits.sort((a, b) => a.limit.at - b.limit.at);
  return [
    ...duties.map(dutyLine),
    ...limits.map(({ alert, limit }) => alertLine(alert, joined([limit.name, plain(clockText(limit.at))]))),
    ...counted(indicators, 'due').map(standingLine),
    ...owed(indicators, at, endOf(facts)),
  ];
}

/** Figures whose promised time lies between now and the day's end, earliest first. */
function owed(indicators: readonly BriefIndicator[], at: number, end: number): BriefLine[] {
  const found = indicators.flatMap((one) => {
    const { freshness } = one;
    if (!freshness || 'every' in freshness) return [];
    // A moment before the day's end, so that "by 24:00" is still of today.
    const time = dueOf(freshness, owedPeriod(freshness, end));
    return time > at && time <= end ? [{ one, time }] : [];
  });
  found.sort((a, b) => a.time - b.time || (a.one.code < b.one.code ? -1 : 1));
  return found.map(({ one, time }) => ({
    name: one.title,
    value: plain(time === end ? '24:00' : clockText(time)),
    note: joined([plain('số liệu phải có', 'figures owed'), one.owner ?? one.sector]),
    level: 'ok',
    path: pathOf(one.code),
  }));
}

const counted = (indicators: readonly BriefIndicator[], tells: 'late' | 'due'): BriefIndicator[] =>
  indicators
    .filter((one) => one.tells === tells && (one.now.value ?? 0) > 0)
    .sort((a, b) => RANK[b.now.level] - RANK[a.now.level] || (a.code < b.code ? -1 : 1));

const standingLine = (one: BriefIndicator): BriefLine => ({
  name: one.title,
  value: one.now.value === null ? null : numberText(one.now.value, one.format),
  note: one.owner ?? one.sector,
  level: one.now.level,
  path: pathOf(one.code),
});

/** What an alert's number is belongs to its own page, which knows who asks. */
const alertLine = (alert: BriefAlert, note: Text | null): BriefLine => ({
  name: alert.place ? inBoth((language) => `${alert.title[language]} – ${alert.place?.[language] ?? ''}`) : alert.title,
  value: plain(`#${alert.number}`),
  note,
  level: LEVEL_OF[alert.severity],
  path: `/alerts/${alert.id}`,
});

const dutyLine = ({ schedule, person, from, until }: BriefDuty): BriefLine => ({
  name: plain(`Trực: ${schedule}`, `On call: ${schedule}`),
  value: person === null ? plain('không có ai', 'nobody') : plain(person),
  note: plain(`${clockText(from)}–${clockText(until).replace('00:00', '24:00')}`),
  level: person === null ? 'serious' : 'ok',
  path: null,
});

/** The limit that counts for an alert now: to be answered while nobody has, to be solved afterwards. */
function limitOf({ state, respondBy, resolveBy }: BriefAlert): { at: number; name: Text } | null {
  const [at, name] =
    state === 'firing'
      ? [respondBy, plain('phải xác nhận trước', 'to be answered by')]
      : [resolveBy, plain('phải xong trước', 'to be solved by')];
  return at === null ? null : { at, name };
}

const isRed = ({ severity }: BriefAlert): boolean => RANK[LEVEL_OF[severity]] >= RANK.serious;
const isPast = (alert: BriefAlert, at: number): boolean => (limitOf(alert)?.at ?? Infinity) <= at;

function endsToday(alert: BriefAlert, facts: BriefFacts): boolean {
  const limit = limitOf(alert)?.at ?? Infinity;
  return limit > facts.at && limit < endOf(facts);
}

const endOf = ({ day }: BriefFacts): number => Date.parse(`${day}T00:00:00+07:00`) + DAY_MS;

const answerOf = ({ state, assignee, acknowledgedBy }: BriefAlert): Text => {
  const who = assignee ?? acknowledgedBy;
  return state === 'firing' || who === null
    ? plain('chưa ai xác nhận', 'unanswered')
    : plain(`${who} đang xử lý`, `${who} has it`);
};

const sinceText = (since: number, now: number): Text =>
  plain(`từ ${momentText(since, now)}`, `since ${momentText(since, now)}`);

const momentOf = (at: number, now: number): Text => plain(momentText(at, now));

/** The page that explains a number; `at`: as it stood then, epoch ms. */
const pathOf = (code: string, at?: number): string =>
  `/indicators/${encodeURIComponent(code)}${at === undefined ? '' : `?at=${new Date(at).toISOString()}`}`;

/** Name of a brief: `Bản tin sáng 24/11/2026`. */
export const briefName = (day: string): Text =>
  plain(`Bản tin sáng ${dateText(day)}`, `Morning brief ${dateText(day)}`);
