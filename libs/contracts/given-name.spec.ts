import { expect, test } from '@jest/globals';
import { GIVEN_NAMES, givenName, nameText } from './given-name.js';

test('what the hub named itself is read in one language; what somebody wrote stays as it is', () => {
  expect(givenName(GIVEN_NAMES.inApp)).toBe('Trong ứng dụng / In the application');
  expect(nameText('Mặc định / default')).toEqual({ vi: 'Mặc định', en: 'default' });
  expect(nameText('Zalo / SMS')).toEqual({ vi: 'Zalo / SMS', en: 'Zalo / SMS' });
});
