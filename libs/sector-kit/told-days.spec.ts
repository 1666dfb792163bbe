import { expect, test } from '@jest/globals';
import { happenedFault } from './told-days.js';

test('what happened on a day to come is refused by the field that says so; later on the same day it may be', () => {
  const faultOf = (data: { at?: string | null; done?: string }) =>
    happenedFault(
      { source: 's', id: '1', type: 't', time: Date.parse('2026-11-26T17:00+07:00'), data },
      ...(['at', 'done'] as const),
    );
  expect(faultOf({ at: '2026-11-26T23:59:59', done: '2026-11-26' })).toBeNull();
  expect(faultOf({ at: null })).toBeNull();
  expect(faultOf({ at: '2026-11-26', done: '2036-12-31' })).toEqual({
    field: 'done',
    demand: 'must not be of a day after the event',
  });
});
