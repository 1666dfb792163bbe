import { expect, test } from '@jest/globals';
import type { AlertChange, AlertLine } from '#libs/contracts';
import { heldBy, marksOfAlert } from '../alert-words.js';
import { changeWords, inOrder, whoHasIt } from './alert-words.js';

const words = (kind: AlertChange['kind'], detail: AlertChange['detail']): string =>
  changeWords({ seq: 1, at: 0, actor: 'lan', kind, comment: null, detail }, (login) => login.toUpperCase());

test('the history says to whom an alert was given, by whichever action', () => {
  expect(words('assigned', { from: null, to: 'thao' })).toBe('Giao việc – LAN → THAO');
  expect(words('handed-over', { from: 'lan', to: 'thao' })).toBe('Bàn giao – LAN → THAO');
  expect(words('started', { assignee: 'lan' })).toBe('Bắt đầu xử lý – LAN → LAN');
  expect(words('assigned', { from: 'thao', to: null })).toBe('Giao việc – LAN');
});

test('cards: the worst first, of these what nobody has answered, then the newest; muted ones last', () => {
  const card = (id: string, over: Partial<AlertLine>): AlertLine =>
    ({ id, severity: 'critical', state: 'firing', firedAt: 1, muted: null, ...over }) as AlertLine;
  const cards = [
    card('muted', { muted: { why: 'silence', by: 's', until: null } }),
    card('serious', { severity: 'serious', firedAt: 9 }),
    card('answered', { state: 'acknowledged', firedAt: 8 }),
    card('old', {}),
    card('new', { firedAt: 2 }),
  ];
  expect(inOrder(cards).map(({ id }) => id)).toEqual(['new', 'old', 'answered', 'serious', 'muted']);
});

test('an assignee has not answered, and what is resolved while its condition holds says so, last in order', () => {
  const line = (over: Partial<AlertLine>): AlertLine =>
    ({
      id: 'a',
      origin: 'rule',
      severity: 'serious',
      muted: null,
      assignee: null,
      endedAt: null,
      firedAt: 1,
      ...over,
    }) as AlertLine;
  expect(heldBy(line({ state: 'firing' }))).toBeNull();
  expect(heldBy(line({ state: 'firing', assignee: 'lan' }))).toBe('lan · chưa ai xác nhận');
  const holding = line({ id: 'h', state: 'resolved', acknowledgedBy: 'lan', severity: 'critical' });
  expect(heldBy(holding)).toBe('lan · đã xử lý, điều kiện vẫn còn');
  expect(whoHasIt(holding, new Map([['lan', 'Lan']]))).toBe('Đã xử lý, điều kiện vẫn còn: Lan');
  expect(heldBy({ ...holding, endedAt: 5 })).toBe('lan · đã giải quyết');
  expect(inOrder([holding, line({ state: 'firing' })]).map(({ id }) => id)).toEqual(['a', 'h']);
});

test('an open alert says where whoever it was given to could not be told', () => {
  const marks = (state: AlertLine['state'], assigneeUntold: boolean): string[] =>
    marksOfAlert({ state, assigneeUntold, muted: null, endedAt: null } as AlertLine);
  expect(marks('acknowledged', true)).toEqual(['chưa báo được cho người được giao']);
  expect([marks('acknowledged', false), marks('resolved', true)]).toEqual([[], []]);
});
