import { expect, test } from '@jest/globals';
import { pack, unpack } from './packing.js';

const job = (parts: string) => ({ v: 1 as const, parts, traceparent: '00-1-2-01' });

test('a large job is stored much smaller, and comes back letter for letter', () => {
  const large = job(JSON.stringify(Array.from({ length: 2_000 }, (_, n) => [`id-${n}`, 'Cần Thơ "Ninh Kiều" \\ 😀'])));
  const stored = pack(large);
  expect(JSON.stringify(stored).length).toBeLessThan(JSON.stringify(large).length / 4);
  expect(unpack(JSON.parse(JSON.stringify(stored)) as typeof stored)).toEqual(large);
});

test('a small job is stored as it is, readable in the store', () => {
  expect(pack(job('[["b","s"]]'))).toEqual(job('[["b","s"]]'));
  expect(unpack(pack(job('[]')))).toEqual(job('[]'));
});
