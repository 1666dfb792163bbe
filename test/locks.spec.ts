import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

/** Numbers of PostgreSQL's advisory locks are shared by the whole database: two uses of one number wait for each other. */
test('each advisory lock belongs to one file', () => {
  const owners = new Map<string, Set<string>>();
  for (const room of ['apps', 'libs'])
    for (const name of readdirSync(room, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts') || name.endsWith('spec.ts') || name.includes('node_modules')) continue;
      const file = join(room, name);
      for (const [number] of readFileSync(file, 'utf8').matchAll(/\b726_?0\d\d\b/g)) {
        const lock = number.replace('_', '');
        owners.set(lock, (owners.get(lock) ?? new Set()).add(file));
      }
    }
  expect(owners.size).toBeGreaterThan(10);
  expect([...owners].filter(([, files]) => files.size > 1).map(([lock, files]) => [lock, [...files]])).toEqual([]);
});
