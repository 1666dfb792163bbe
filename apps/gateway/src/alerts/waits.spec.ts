import { expect, test } from '@jest/globals';
import type { Policy } from '#libs/contracts';
import { waitsOf } from './waits.js';

const at = (text: string): number => Date.parse(`2026-11-${text}:00+07:00`);
const policy: Policy = {
  ...{ id: 'p', name: 'Lãnh đạo', steps: [{ after: 0, to: [{ role: 'leader' }] }] },
  quiet: { from: '22:00', to: '06:00' },
  digest: { severities: ['information'], at: ['07:30'] },
};

test('a message in quiet hours waits for their end, one that is gathered for the digest', () => {
  const night = at('24T23:10');
  expect(waitsOf(policy, 'serious', at('25T06:00'), night)).toEqual({
    ...{ why: 'quiet', until: at('25T06:00') },
    ...{ from: '22:00', to: '06:00' },
  });
  expect(waitsOf(policy, 'information', at('25T07:30'), night)).toEqual({ why: 'digest', until: at('25T07:30') });
  expect(waitsOf(policy, 'warning', at('24T22:01'), at('24T21:58'))).toMatchObject({ until: at('25T06:00') });
  // A step that is due while they last is told when they end.
  expect(waitsOf(policy, 'warning', at('25T01:00'), night)).toMatchObject({ until: at('25T06:00') });
});

test('nothing is said to wait that does not: critical, by day, told, or due now', () => {
  const night = at('24T23:10');
  expect(waitsOf(policy, 'critical', at('24T23:15'), night)).toBeNull();
  expect(waitsOf(policy, 'serious', at('24T10:15'), at('24T10:00'))).toBeNull();
  expect(waitsOf(policy, 'serious', null, night)).toBeNull();
  expect(waitsOf(policy, 'serious', night, night)).toBeNull();
});
