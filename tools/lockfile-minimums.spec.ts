import { expect, test } from '@jest/globals';
import { belowMinimum } from './lockfile-minimums.js';

test('finds what is older than its minimum, nested copies too, and nothing else', () => {
  const packages = {
    '': { version: '0.1.0' },
    'node_modules/ws': { version: '8.21.0' },
    'node_modules/a/node_modules/ws': { version: '8.9.9' },
    'node_modules/engine.io': { version: '6.6.10-rc.1' },
    'node_modules/@nestjs/core': { version: '12.5.1' },
    'node_modules/wsx': { version: '0.0.1' },
  };
  expect(belowMinimum({ packages })).toEqual([
    'node_modules/a/node_modules/ws is 8.9.9, and at least 8.21.0 is safe',
    'node_modules/engine.io is 6.6.10-rc.1, and at least 6.6.10 is safe',
  ]);
});
