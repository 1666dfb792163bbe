import { describe, expect, test } from '@jest/globals';
import type { AlertAction } from '#libs/contracts';
import { act, end, type Standing } from './lifecycle.js';

const NOW = 1_000_000;
const firing: Standing = {
  origin: 'rule',
  state: 'firing',
  acknowledgedBy: null,
  acknowledgedAt: null,
  assignee: null,
  endedAt: null,
  resolvedAt: null,
  closedAt: null,
  steps: [{ text: { vi: 'Gọi trạm', en: 'Call the station' }, by: null, at: null }],
};

/** The alert after these actions of `an`, all of which must be allowed. */
function after(start: Standing, ...actions: AlertAction[]): Standing {
  return actions.reduce((alert, action) => {
    const acted = act(alert, action, 'an', NOW);
    if (!acted.ok) throw new Error(acted.reason);
    return { ...alert, ...acted.changed };
  }, start);
}

test('the whole way: acknowledged, in progress, resolved, closed', () => {
  const acknowledged = after(firing, { action: 'acknowledge' });
  expect(acknowledged).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'an', acknowledgedAt: NOW });
  const started = after(acknowledged, { action: 'start' });
  expect(started).toMatchObject({ state: 'in-progress', assignee: 'an' });
  const resolved = after(started, { action: 'resolve', comment: 'van đã khoá' });
  expect(resolved).toMatchObject({ state: 'resolved', resolvedAt: NOW, endedAt: null });
  const over = { ...resolved, endedAt: NOW };
  expect(after(over, { action: 'close' })).toMatchObject({ state: 'closed', closedAt: NOW });
});

test('starting or resolving what nobody answered answers it', () => {
  expect(after(firing, { action: 'start' })).toMatchObject({ acknowledgedBy: 'an', acknowledgedAt: NOW });
  expect(after(firing, { action: 'resolve', comment: 'xong' })).toMatchObject({ acknowledgedBy: 'an' });
});

test('what a person raised is over when somebody says so, and open again when reopened', () => {
  const resolved = after({ ...firing, origin: 'manual' }, { action: 'resolve', comment: 'xong' });
  expect(resolved.endedAt).toBe(NOW);
  expect(after(resolved, { action: 'reopen', comment: 'lại có khói' })).toMatchObject({
    state: 'firing',
    endedAt: null,
    acknowledgedAt: null,
    resolvedAt: null,
  });
});

test('opening and ending are told to who was told; the rest is not', () => {
  const resolved = after(firing, { action: 'resolve', comment: 'xong' });
  expect(act(resolved, { action: 'reopen', comment: 'chưa' }, 'an', NOW)).toMatchObject({ tell: true });
  expect(act(firing, { action: 'resolve', comment: 'xong' }, 'an', NOW)).toMatchObject({ tell: true });
  expect(act(firing, { action: 'acknowledge' }, 'an', NOW)).toMatchObject({ tell: false });
});

test('steps are ticked with who and when, and unticked', () => {
  const ticked = after(firing, { action: 'tick', step: 0, done: true });
  expect(ticked.steps[0]).toMatchObject({ by: 'an', at: NOW });
  expect(after(ticked, { action: 'tick', step: 0, done: false }).steps[0]).toMatchObject({ by: null, at: null });
});

const acknowledged = after(firing, { action: 'acknowledge' });
const resolved = after(firing, { action: 'resolve', comment: 'xong' });
const closed = after({ ...resolved, endedAt: NOW }, { action: 'close' });
describe.each<[string, Standing, AlertAction, string | null]>([
  ['a second acknowledgement', acknowledged, { action: 'acknowledge' }, null],
  ['acknowledging what is over', resolved, { action: 'acknowledge' }, null],
  ['starting what is over', resolved, { action: 'start' }, null],
  ['resolving without a word', firing, { action: 'resolve', comment: ' ' }, 'comment'],
  ['an empty comment', firing, { action: 'comment', comment: '  ' }, 'comment'],
  ['a comment without end', firing, { action: 'comment', comment: 'a'.repeat(2_001) }, 'comment'],
  ['closing what is open', firing, { action: 'close' }, null],
  ['closing what still holds', resolved, { action: 'close' }, null],
  ['reopening what is open', firing, { action: 'reopen', comment: 'x' }, null],
  ['handing over what nobody has', firing, { action: 'hand-over', assignee: 'binh', comment: 'x' }, null],
  ['a step that is not there', firing, { action: 'tick', step: 1, done: true }, 'step'],
  ['assigning nobody twice', firing, { action: 'assign', assignee: null }, 'assignee'],
  ['assigning what is closed', closed, { action: 'assign', assignee: 'binh' }, null],
])('%s', (_name, alert, action, field) => {
  test('is refused with a reason', () => {
    const acted = act(alert, action, 'an', NOW);
    expect(acted).toMatchObject({ ok: false, field });
    expect(acted.ok ? '' : acted.reason).not.toBe('');
  });
});

test('a condition that ends resolves what is open, and leaves what somebody resolved as it was', () => {
  expect(end(firing, NOW)).toEqual({ state: 'resolved', endedAt: NOW, resolvedAt: NOW });
  expect(end({ state: 'closed', resolvedAt: 5 }, NOW)).toEqual({ endedAt: NOW });
});
