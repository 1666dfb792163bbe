import { expect, test } from '@jest/globals';
import type { AlertChange, AlertLine } from '#libs/contracts';
import { marksOfAlert } from '../alert-words.js';
import { changeWords } from './alert-words.js';

const words = (kind: AlertChange['kind'], detail: AlertChange['detail']): string =>
  changeWords({ seq: 1, at: 0, actor: 'lan', kind, comment: null, detail }, (login) => login.toUpperCase());

test('the history says to whom an alert was given, by whichever action', () => {
  expect(words('assigned', { from: null, to: 'thao' })).toBe('Giao việc – LAN → THAO');
  expect(words('handed-over', { from: 'lan', to: 'thao' })).toBe('Bàn giao – LAN → THAO');
  expect(words('started', { assignee: 'lan' })).toBe('Bắt đầu xử lý – LAN → LAN');
  expect(words('assigned', { from: 'thao', to: null })).toBe('Giao việc – LAN');
});

test('an open alert says where whoever it was given to could not be told', () => {
  const marks = (state: AlertLine['state'], assigneeUntold: boolean): string[] =>
    marksOfAlert({ state, assigneeUntold, muted: null, endedAt: null } as AlertLine);
  expect(marks('acknowledged', true)).toEqual(['chưa báo được cho người được giao']);
  expect([marks('acknowledged', false), marks('resolved', true)]).toEqual([[], []]);
});
