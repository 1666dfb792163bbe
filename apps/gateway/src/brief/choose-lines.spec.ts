import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLOCK, type Brief, type BriefPart, type Level } from '#libs/contracts';
import { briefPdf } from './brief-pdf.js';
import { messageOf } from './brief-message.js';
import type { BriefAlert, BriefFacts, BriefIndicator, Standing } from './brief-facts.js';
import { makeBrief, MOST_LINES } from './choose-lines.js';

const DAY = '2026-11-24';
const at = (text: string): number => Date.parse(`2026-11-${text}:00+07:00`);
const AT = at('24T07:00');
const both = (text: string) => ({ vi: text, en: text });
const is = (value: number | null, level: Level = 'ok'): Standing => ({ value, level });

const indicator = (code: string, more: Partial<BriefIndicator> = {}): BriefIndicator => ({
  code,
  title: both(code),
  sector: both(code.split('.')[0] ?? ''),
  owner: null,
  format: { unit: { vi: 'hồ sơ', en: 'files' }, digits: 0 },
  leading: false,
  tells: null,
  freshness: null,
  now: is(0),
  yesterday: null,
  dayBefore: null,
  late: false,
  ...more,
});
const alert = (number: number, more: Partial<BriefAlert> = {}): BriefAlert => ({
  id: `a${number}`,
  number,
  title: { vi: 'Độ mặn vượt ngưỡng', en: 'Salinity over its limit' },
  severity: 'serious',
  state: 'firing',
  place: both('Trạm Trần Đề'),
  since: at('24T05:10'),
  firedAt: at('24T05:10'),
  acknowledgedBy: null,
  assignee: null,
  respondBy: null,
  resolveBy: null,
  ...more,
});
const facts = (more: Partial<BriefFacts> = {}): BriefFacts => ({
  day: DAY,
  at: AT,
  indicators: [],
  sources: [],
  alerts: [],
  counts: { open: 0, unanswered: 0, red: 0, late: 0, due: 0 },
  duties: [],
  simulated: false,
  ...more,
});
const brief = (more: Partial<BriefFacts>): Brief => ({ ...makeBrief(facts(more)), kept: true });
const part = (made: Brief, name: BriefPart) => made.parts.find((one) => one.part === name)!;
const names = (made: Brief, name: BriefPart): string[] => part(made, name).lines.map((line) => line.name.vi);

describe('what changed', () => {
  const moved = (code: string, before: number, value: number, more: Partial<BriefIndicator> = {}): BriefIndicator =>
    indicator(code, { dayBefore: is(before), yesterday: is(value), ...more });

  test('what crossed a limit comes first, then leading numbers, then the largest changes', () => {
    const made = brief({
      indicators: [
        moved('a.small', 1000, 1001),
        moved('b.large', 100, 190),
        moved('c.leading', 1000, 1010, { leading: true }),
        moved('d.crossed', 100, 101, { dayBefore: is(100, 'ok'), yesterday: is(101, 'serious') }),
      ],
    });
    expect(names(made, 'changed')).toEqual(['d.crossed', 'c.leading', 'b.large', 'a.small']);
    const [crossed, leading] = part(made, 'changed').lines;
    expect(crossed).toMatchObject({ level: 'serious', note: { vi: '+1 · xấu đi · d', en: '+1 · worse · d' } });
    expect(leading?.value).toEqual({ vi: '1.010 hồ sơ', en: '1,010 files' });
    // The number is of yesterday's end, so its formula is shown as of then.
    expect(leading?.path).toBe('/indicators/c.leading?at=2026-11-23T16:59:00.000Z');
  });

  test('no data, no visible change and times of day are no changes; a sector takes two lines at most', () => {
    const made = brief({
      indicators: [
        moved('a.same', 10, 10.2),
        indicator('a.unknown', { dayBefore: is(null, 'unknown'), yesterday: is(4) }),
        moved('a.clock', AT, AT + 60_000, { format: { unit: both(''), digits: CLOCK } }),
        ...['x.1', 'x.2', 'x.3'].map((code, n) => moved(code, 100, 120 + n)),
        moved('y.1', 100, 90),
      ],
    });
    expect(names(made, 'changed')).toEqual(['x.3', 'x.2', 'y.1']);
    expect(part(made, 'changed').lines[2]?.note?.vi).toBe('−10 · y');
  });
});

test('what is red: serious alerts worst and oldest first, without their numbers, then indicators', () => {
  const made = brief({
    alerts: [
      alert(1, { severity: 'information' }),
      alert(2, { severity: 'warning' }),
      alert(3, { severity: 'critical', firedAt: at('24T06:00') }),
      alert(4, { severity: 'critical', state: 'acknowledged', acknowledgedBy: 'thao', since: at('23T22:00') }),
    ],
    // A storm: these four stand for many that are not listed.
    counts: { open: 12_004, unanswered: 12_003, red: 9_002, late: 3_000, due: 0 },
    indicators: [
      indicator('a.bad', { now: is(7, 'serious') }),
      indicator('a.worst', { now: is(9, 'critical') }),
      indicator('a.hidden', { now: is(null, 'serious') }),
      indicator('a.fine', { now: is(9, 'attention') }),
    ],
  });
  const place = 'Độ mặn vượt ngưỡng – Trạm Trần Đề';
  expect(names(made, 'red')).toEqual([place, place, 'a.worst', 'a.bad']);
  expect(part(made, 'red').lines.map(({ value }) => value?.vi)).toEqual(['#4', '#3', '9 hồ sơ', '7 hồ sơ']);
  expect(part(made, 'red').lines[0]).toMatchObject({
    level: 'critical',
    path: '/alerts/a4',
    note: { vi: 'từ 22:00 23/11 · thao đang xử lý' },
  });
  expect(made.headline.vi).toBe('12004 cảnh báo đang mở · 12003 chưa ai xác nhận · 3000 việc trễ');
  expect(made.parts.map(({ more }) => more)).toEqual([0, 9_000, 3_000, 0]);
});

test('who is late: limits passed, counts above zero, silent sources, promises broken', () => {
  const made = brief({
    alerts: [
      alert(1, { respondBy: at('24T06:30'), resolveBy: at('24T09:00') }),
      alert(2, { state: 'in-progress', respondBy: at('24T05:30'), resolveBy: at('24T09:00') }),
    ],
    indicators: [
      indicator('a.overdue', { tells: 'late', now: is(12, 'attention') }),
      indicator('a.none', { tells: 'late', now: is(0) }),
      indicator('a.promise', { late: true, owner: both('Sở Y tế') }),
    ],
    sources: [
      { name: 'LGSP', level: 'serious', lastSeen: at('24T02:15') },
      { name: 'Trạm', level: 'ok', lastSeen: AT },
    ],
  });
  expect(names(made, 'late')).toEqual(['Độ mặn vượt ngưỡng – Trạm Trần Đề', 'a.overdue', 'LGSP', 'a.promise']);
  expect(part(made, 'late').lines.map(({ note }) => note?.vi)).toEqual([
    'phải xác nhận trước · 06:30',
    'a',
    'nguồn im lặng, nghe lần cuối',
    'số liệu trễ cam kết · Sở Y tế',
  ]);
});

test('what is due today: duty, limits of alerts, counts, and figures owed before midnight, earliest first', () => {
  const made = brief({
    duties: [{ schedule: 'Trực ban', person: 'Ngô Thị Thảo', from: at('24T07:00'), until: at('25T00:00') }],
    alerts: [alert(1, { respondBy: at('24T08:00') }), alert(2, { respondBy: at('25T08:00') })],
    indicators: [
      indicator('a.due', { tells: 'due', now: is(3) }),
      indicator('a.evening', { freshness: { step: 'day', at: '17:00' } }),
      indicator('a.midnight', { freshness: { step: 'day', plusDays: 1, at: '24:00' } }),
      // A week's figures are owed on Wednesday; the 24th is a Tuesday.
      indicator('a.weekly', { freshness: { step: 'week', plusDays: 3, at: '24:00' } }),
      indicator('a.early', { freshness: { step: 'day', at: '06:00' } }),
      indicator('a.minutes', { freshness: { every: 15 } }),
    ],
  });
  expect(part(made, 'due').lines.map(({ name, value, note }) => [name.vi, value?.vi, note?.vi])).toEqual([
    ['Trực: Trực ban', 'Ngô Thị Thảo', '07:00–24:00'],
    ['Độ mặn vượt ngưỡng – Trạm Trần Đề', '#1', 'phải xác nhận trước · 08:00'],
    ['a.due', '3 hồ sơ', 'a'],
    ['a.evening', '17:00', 'số liệu phải có · a'],
    ['a.midnight', '24:00', 'số liệu phải có · a'],
  ]);
});

const LONG = 'Tỷ lệ hồ sơ giải quyết đúng hạn của Ủy ban nhân dân các xã, phường trên toàn địa bàn thành phố Cần Thơ';
/** More of everything than a page holds. */
const storm = (): Brief =>
  brief({
    alerts: Array.from({ length: 40 }, (_, n) => alert(n, { respondBy: at(n % 2 ? '24T06:00' : '24T09:00') })),
    counts: { open: 40, unanswered: 40, red: 40, late: 20, due: 20 },
    indicators: Array.from({ length: 60 }, (_, n) =>
      indicator(`s${n % 20}.i${n}`, {
        title: { vi: `${LONG} ${n}`, en: `${LONG} ${n}` },
        tells: n % 2 ? 'late' : 'due',
        now: is(n + 1, 'critical'),
        yesterday: is(1_234_567 + n),
        dayBefore: is(n),
      }),
    ),
    simulated: true,
  });

test('a storm stays within the lines of a page and says how many are left out', () => {
  const made = storm();
  expect(made.parts.map(({ lines, part: name }) => lines.length === MOST_LINES[name])).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(part(made, 'red').more).toBe(40 + 60 - MOST_LINES.red);
  expect(makeBrief(facts()).parts.every(({ lines, more }) => lines.length === 0 && more === 0)).toBe(true);
  expect(makeBrief(facts()).headline.vi).toBe('Không có cảnh báo, không có việc trễ');
});

test('a message is in the language of its recipient, points to the page and ends with the day', () => {
  const message = messageOf(storm(), 'n1', 'en');
  expect(message).toMatchObject({
    id: 'n1',
    kind: 'brief',
    path: '/brief?day=2026-11-24',
    mayAcknowledge: false,
    expiresAt: at('25T00:00'),
  });
  expect(message.subject).toMatch(/^Morning brief 24\/11\/2026: 40 open alerts · 40 unanswered/);
  expect(message.lines).toHaveLength(4);
});

describe('the PDF', () => {
  const base = 'https://ioc.example.gov.vn';
  const withTools = ['pdfinfo', 'pdftotext'].every((tool) => existsSync(`/usr/bin/${tool}`)) ? test : test.skip;

  test('even a storm is one page, and a line leads to the formula of its number', async () => {
    const bytes = (await briefPdf(storm(), 'vi', base)).toString('latin1');
    expect(bytes.match(/\/Type \/Page\b/g)).toHaveLength(1);
    expect(bytes).toContain('/MediaBox [0 0 595.28 841.89]');
    const made = brief({ indicators: [indicator('a.bad', { now: is(7, 'serious') })] });
    expect((await briefPdf(made, 'vi', base)).toString('latin1')).toContain(`(${base}/indicators/a.bad)`);
  });

  withTools('its texts read as they were written, the last line and the foot too (poppler-utils)', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'ioc-brief-'));
    try {
      const path = join(dir, 'brief.pdf');
      writeFileSync(path, await briefPdf(storm(), 'vi', base));
      expect(pdf('pdfinfo', path)).toMatch(/Pages:\s+1\b[^]*\(A4\)/);
      const text = pdf('pdftotext', '-layout', path, '-').replaceAll(/\s+/g, ' ');
      for (const said of [
        'Bản tin sáng 24/11/2026',
        'Đang ở mức đỏ',
        'Độ mặn vượt ngưỡng – Trạm Trần Đề',
        'Tỷ lệ hồ sơ giải quyết đúng hạn của Ủy ban',
        'và 43 mục khác',
        'Có số liệu mô phỏng.',
      ])
        expect(text).toContain(said);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

const pdf = (tool: string, ...args: string[]): string => execFileSync(tool, args, { encoding: 'utf8' });
