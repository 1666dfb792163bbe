import { localTime } from '#libs/sector-kit';
import type { ExpectedAlert, RehearsedAlert, RuleTestCase, RuleTestResult } from './rule-test.js';

/** Holds what came against what a case expects: each expected alert once, and no other. */
export function compareAlerts(test: RuleTestCase, alerts: readonly RehearsedAlert[]): RuleTestResult {
  const failures: RuleTestResult['failures'] = [];
  const left = new Set(alerts);
  for (const expected of test.expect) {
    const same = [...left].filter((alert) => alert.rule === expected.rule && alert.key === expected.key);
    const found = same.find(({ firedAt }) => within(firedAt, expected.fires)) ?? same[0];
    if (!found) {
      failures.push(missing(expected));
      continue;
    }
    left.delete(found);
    failures.push(...differences(expected, found));
  }
  for (const alert of left) {
    const [vi, en] = [told(alert, 'vi'), told(alert, 'en')];
    failures.push({ line: test.line, vi: `không mong đợi: ${vi}`, en: `not expected: ${en}` });
  }
  return { title: test.title, line: test.line, alerts: [...alerts], failures };
}

const within = (at: number, [from, to]: readonly [number, number]): boolean => at >= from && at <= to;

function missing({ line, rule, key, fires }: ExpectedAlert): RuleTestResult['failures'][number] {
  const name = nameOf(rule, key);
  return {
    line,
    vi: `mong ${name} báo ${span(fires)}, nhưng không báo`,
    en: `expected ${name} to fire ${span(fires)}, and it did not`,
  };
}

function differences(expected: ExpectedAlert, came: RehearsedAlert): RuleTestResult['failures'] {
  const { line } = expected;
  const name = nameOf(came.rule, came.key);
  const found: RuleTestResult['failures'] = [];
  const differ = (vi: string, en: string): void =>
    void found.push({ line, vi: `${name}: ${vi}`, en: `${name}: ${en}` });
  if (!within(came.firedAt, expected.fires))
    differ(
      `mong báo ${span(expected.fires)}, đã báo ${timeText(came.firedAt)}`,
      `expected to fire ${span(expected.fires)}, it fired ${timeText(came.firedAt)}`,
    );
  if (expected.severity !== undefined && expected.severity !== came.severity)
    differ(
      `mong mức ${expected.severity}, là ${came.severity}`,
      `expected ${expected.severity}, it is ${came.severity}`,
    );
  if (expected.flapping !== undefined && expected.flapping !== came.flapping)
    differ(
      expected.flapping ? 'mong đánh dấu chập chờn' : 'không mong đánh dấu chập chờn',
      expected.flapping ? 'expected to be marked as flapping' : 'not expected to be marked as flapping',
    );
  if (expected.ends === null && came.endedAt !== null)
    differ(`mong còn báo, đã hết ${timeText(came.endedAt)}`, `expected to go on, it ended ${timeText(came.endedAt)}`);
  else if (expected.ends !== null && came.endedAt === null)
    differ(`mong hết ${span(expected.ends)}, vẫn còn báo`, `expected to end ${span(expected.ends)}, it goes on`);
  else if (expected.ends !== null && came.endedAt !== null && !within(came.endedAt, expected.ends))
    differ(
      `mong hết ${span(expected.ends)}, đã hết ${timeText(came.endedAt)}`,
      `expected to end ${span(expected.ends)}, it ended ${timeText(came.endedAt)}`,
    );
  return found;
}

/** An alert in one line. */
export function told(
  { rule, key, firedAt, endedAt, severity, value, flapping }: RehearsedAlert,
  language: 'vi' | 'en',
): string {
  const vi = language === 'vi';
  const end = endedAt === null ? (vi ? 'còn báo' : 'goes on') : `${vi ? 'hết' : 'ended'} ${timeText(endedAt)}`;
  const marks = [severity, value === null ? null : `= ${Number(value.toPrecision(6))}`, flapping ? 'flapping' : null];
  const about = marks.filter((mark) => mark !== null).join(', ');
  return `${nameOf(rule, key)} (${about}) ${vi ? 'báo' : 'fired'} ${timeText(firedAt)}, ${end}`;
}

const nameOf = (rule: string, key: string): string => (key === '' ? rule : `${rule} [${key}]`);

const span = ([from, to]: readonly [number, number]): string =>
  from === to ? timeText(from) : `${timeText(from)} – ${timeText(to)}`;

/** `2026-03-10 06:15`, with seconds where there are any. */
export function timeText(at: number): string {
  const text = localTime(at).slice(0, 19).replace('T', ' ');
  return text.endsWith(':00') ? text.slice(0, -3) : text;
}
