import { expect, test } from '@jest/globals';
import { CLOCK, DAY, MONTH, type NotificationView } from '#libs/contracts';
import { ALERTS_IN_MESSAGE, compose, type TellAlert, type Telling, written } from './compose.js';

const AT = Date.parse('2026-11-25T14:30:00+07:00');
const METRES = { unit: { vi: 'm', en: 'm' }, digits: 2 };
const GROUP = '0b6f2a9e-0000-4000-8000-000000000001';
const alert = (over: Partial<TellAlert> = {}): TellAlert => ({
  ...{ id: 'a1', number: 7, severity: 'serious', title: { vi: 'Nước cao', en: 'High water' } },
  ...{ place: { vi: 'Xã Bình Đức', en: 'Binh Duc' }, value: 2.414, limit: 2, format: METRES, since: AT - 60_000 },
  ...{ simulated: false, ...over },
});
const telling = (over: Partial<Telling> = {}): Telling => ({
  ...{ id: 'f00d-1', kind: 'alert', severity: 'serious', language: 'vi', alerts: [alert()], total: 1, ended: 0 },
  ...{ group: GROUP, mayAcknowledge: true, at: AT, ...over },
});

test('one alert is told by its name, place and value against its limit, in the language of who reads it', () => {
  expect(compose(telling())).toMatchObject({
    subject: 'Nghiêm trọng: Nước cao – Xã Bình Đức',
    lines: ['Chưa có ai xác nhận.'],
    alerts: [{ number: 7, title: 'Nước cao', place: 'Xã Bình Đức', value: '2,41 m / 2 m' }],
    path: '/alerts/a1',
    topic: GROUP.replaceAll('-', ''),
    mayAcknowledge: true,
  });
  const english = compose(telling({ language: 'en', alerts: [alert({ place: null, limit: null })] }));
  expect(english).toMatchObject({ subject: 'Serious: High water', alerts: [{ place: null, value: '2.41 m' }] });
  expect(compose(telling({ alerts: [alert({ value: null })] })).alerts[0]?.value).toBeNull();
});

test('who has to act is said, each once and three at most, and not of what is over', () => {
  const of = (...names: (string | null)[]) =>
    names.map((name) => alert({ agencyName: name === null ? null : { vi: name, en: `${name} (en)` } }));
  const [, line] = compose(telling({ alerts: of('Sở A', null, 'Sở B', 'Sở A', 'Sở C', 'Sở D'), total: 6 })).lines;
  expect(line).toBe('Cơ quan xử lý: Sở A; Sở B; Sở C.');
  expect(compose(telling({ alerts: of('Sở A'), language: 'en' })).lines[1]).toBe('Agency that has to act: Sở A (en).');
  expect(compose(telling({ alerts: of(null) })).lines).toHaveLength(1);
  expect(compose(telling({ alerts: of('Sở A'), kind: 'resolved' })).lines).toHaveLength(1);
});

test('a storm is told by its number: the first are named, how many ended is said, and the way leads to the group', () => {
  const alerts = Array.from({ length: 30 }, (_, i) => alert({ id: `a${i}` }));
  const message = compose(telling({ alerts, total: 2_500, ended: 3 }));
  expect(message.alerts.map(({ id }) => id)).toEqual(alerts.slice(0, ALERTS_IN_MESSAGE).map(({ id }) => id));
  expect(message.subject).toBe('Nghiêm trọng: Nước cao – Xã Bình Đức và 2499 cảnh báo khác');
  expect(message.lines).toEqual(['Chưa có ai xác nhận.', '3 trong số này đã kết thúc.']);
  expect([message.total, message.path]).toEqual([2_500, `/alerts?group=${GROUP}`]);
});

test.each<[NotificationView['kind'], string, number]>([
  ['alert', 'Serious: High water', 24],
  ['escalation', 'Escalated – Serious: High water', 12],
  ['untold', 'Assignment not received – Serious: High water', 12],
  ['reminder', 'Reminder – Serious: High water', 1],
  ['resolved', 'Over – Serious: High water', 6],
  ['digest', 'Digest – Serious: High water', 24],
])('%s says what it is and is worth sending for some hours', (kind, subject, hours) => {
  const message = compose(telling({ kind, language: 'en', alerts: [alert({ place: null })] }));
  expect(message.subject).toBe(subject);
  expect(message.expiresAt - AT).toBe(hours * 3_600_000);
  expect(message.lines).toHaveLength(1);
});

test('why it ended is said, and that it is normal only where the value came back', () => {
  const lines = (over: Partial<Telling>) => compose(telling(over)).lines;
  expect(lines({ ended: 1, ends: { back: 1 } })[1]).toBe('Đã trở lại bình thường.');
  expect(lines({ ended: 1 })[1]).toBe('Đã kết thúc.');
  expect(lines({ kind: 'resolved', ended: 1, ends: { back: 1 } })).toEqual(['Đã trở lại bình thường.']);
  expect(lines({ kind: 'resolved', ends: { 'no-data': 1 } })[0]).toMatch(/^Không còn số liệu/);
  expect(lines({ total: 4, ended: 2, ends: { back: 2 } })).toHaveLength(2);
  expect(lines({ total: 4, ended: 2, ends: { back: 1, solved: 1 } })[2]).toBe(
    'Đã kết thúc vì: đã trở lại bình thường; đã xử lý.',
  );
  const ends = { solved: 1 };
  const english = compose(telling({ kind: 'resolved', language: 'en', ends, solver: { name: 'An', comment: 'done' } }));
  expect(english.subject).toMatch(/^Marked as solved – Serious/);
  expect(english.lines).toEqual(['Marked as solved (An: “done”).']);
});

test('a digest over several groups leads to all alerts, and replaces no other message', () => {
  const message = compose(telling({ kind: 'digest', group: null, total: 2, alerts: [alert(), alert({ id: 'a2' })] }));
  expect([message.path, message.topic]).toEqual(['/alerts', 'f00d1']);
});

test('what is simulated says so before anything else', () => {
  const alerts = [alert({ simulated: true })];
  expect(compose(telling({ kind: 'reminder', alerts })).subject).toMatch(/^\[MÔ PHỎNG\] Nhắc lại – /);
  expect(compose(telling({ language: 'en', alerts })).subject).toMatch(/^\[SIMULATED\] Serious/);
  const real = [alert({ simulated: true }), alert({ id: 'a2' })];
  expect(compose(telling({ alerts: real, total: 2 })).subject).toMatch(/^\[MỘT PHẦN MÔ PHỎNG\] /);
  const partly = [alert({ simulated: 'partly' })];
  expect(compose(telling({ language: 'en', alerts: partly })).subject).toMatch(/^\[PARTLY SIMULATED\] Serious/);
});

test.each([
  [1_234.567, METRES, 'vi', '1.234,57 m'],
  [1_234.567, METRES, 'en', '1,234.57 m'],
  [0.5, null, 'vi', '0,5'],
  [AT, { unit: { vi: '', en: '' }, digits: CLOCK }, 'vi', '14:30'],
  // Seven hours are ours: in UTC it is still the day before.
  [Date.parse('2026-11-24T18:00:00Z'), { unit: { vi: '', en: '' }, digits: DAY }, 'vi', '25/11'],
  [2027 * 12 + 2, { unit: { vi: '', en: '' }, digits: MONTH }, 'en', '2027-03'],
] as const)('%d as people read it', (value, format, language, text) => {
  expect(written(value, format, language)).toBe(text);
});
