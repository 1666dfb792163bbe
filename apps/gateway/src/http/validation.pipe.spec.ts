import { expect, test } from '@jest/globals';
import type { ProblemError } from '#libs/platform';
import { validation } from './validation.pipe.js';

const refusal = (value: unknown, type: 'body' | 'query' | 'param' | 'custom', data?: string): unknown => {
  try {
    void validation().transform(value, { type, ...(data === undefined ? {} : { data }) });
    return null;
  } catch (error) {
    const { status, extensions } = error as ProblemError;
    return [status, (extensions.errors as { path: string }[]).map(({ path }) => path)];
  }
};

test('text that cannot be stored is refused with its place, wherever it stands', () => {
  expect(refusal({ title: 'a\0' }, 'body')).toEqual([400, ['/title']]);
  expect(refusal({ steps: ['ok', { text: 'half \ud83d' }] }, 'body')).toEqual([400, ['/steps/1/text']]);
  expect(refusal({ rule: { 'na\0me': 1 } }, 'body')).toEqual([400, ['/rule']]);
  expect(refusal({ text: '\0' }, 'query')).toEqual([400, ['/text']]);
  expect(refusal('\udc00', 'param', 'id')).toEqual([400, ['/id']]);
});

test('whole characters of any kind, and what the hub itself hands on, pass', () => {
  expect(refusal({ title: 'Đập 🌊\n\ud83c\udf0a', n: null, on: true }, 'body')).toBeNull();
  expect(refusal({ name: '\0' }, 'custom')).toBeNull();
});
