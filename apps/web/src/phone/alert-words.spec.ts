import { expect, test } from '@jest/globals';
import type { AlertChange, AlertLine } from '#libs/contracts';
import { marksOfAlert } from '../alert-words.js';
import { changeWords, inOrder } from './alert-words.js';

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

test('an open alert says where whoever it was given to could not be told', () => {
  const marks = (state: AlertLine['state'], assigneeUntold: boolean): string[] =>
    marksOfAlert({ state, assigneeUntold, muted: null, endedAt: null } as AlertLine);
  expect(marks('acknowledged', true)).toEqual(['chưa báo được cho người được giao']);
  expect([marks('acknowledged', false), marks('resolved', true)]).toEqual([[], []]);
});
