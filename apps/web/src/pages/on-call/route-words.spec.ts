import { expect, test } from '@jest/globals';
import type { Choices } from '#libs/contracts';
import { routeWords } from './route-words.js';

const choices: Choices = {
  sectors: [{ value: 'yard', label: { vi: 'Bến bãi', en: 'Yards' } }],
  units: [{ value: '92', label: { vi: 'Thành phố Cần Thơ', en: 'Thành phố Cần Thơ' } }],
  ...{ rules: [], agencies: [], keys: [] },
};

test('a route is told by the names of what it takes; a code without a name stays', () => {
  expect(routeWords({ policy: 'p', sectors: ['yard', 'gone'], units: ['92'], rules: ['own.x'] }, choices)).toBe(
    'lĩnh vực Bến bãi, gone · đơn vị Thành phố Cần Thơ · quy tắc own.x',
  );
  expect(routeWords({ policy: 'p' }, choices)).toBe('mọi cảnh báo');
});
