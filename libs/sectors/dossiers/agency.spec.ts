import { expect, test } from '@jest/globals';
import { agencyCode, agencyOfCode, provinceOf } from './agency.js';

test('an agency has one code, however its system writes it', () => {
  expect(
    ['H13.25', '000.00.25.H13', '000.25.25.H13', '012.00.25.H13', '000.00.00.H13', 'so-y-te'].map(agencyCode),
  ).toEqual(['H13.25', 'H13.25', 'H13.25.25', 'H13.25.00.012', 'H13', 'so-y-te']);
  expect(agencyOfCode('000.00.04.G18-260608-0001')).toBe('G18.04');
  expect(agencyOfCode('H13.25-261005-0042')).toBe('H13.25');
  expect(provinceOf(agencyCode('000.00.25.H13'))).toBe('92');
  expect(provinceOf('G18.04')).toBeNull();
});
