import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadCatalogue } from '#libs/sectors';
import { packTestFiles, testRules } from './rule-tests.js';

test('every pack with rules ships tests of them, and they come as expected', async () => {
  const lines: string[] = [];
  expect([await testRules([], (line) => lines.push(line)), lines.filter((line) => line.startsWith('✗'))]).toEqual([
    true,
    [],
  ]);
  const { packs } = await loadCatalogue();
  const tested = packTestFiles().map((file) => dirname(file).split('/').at(-1));
  expect(packs.filter(({ rules = [] }) => rules.length > 0).map(({ id }) => id)).toEqual(tested);
});

test('says in which file and line something came otherwise, or cannot be read', async () => {
  const [first = ''] = packTestFiles();
  const file = join(mkdtempSync(join(tmpdir(), 'rules-')), 'own.yaml');
  const run = async (text: string): Promise<string[]> => {
    writeFileSync(file, text);
    const lines: string[] = [];
    expect(await testRules([file], (line) => lines.push(line))).toBe(false);
    return lines;
  };
  const good = readFileSync(first, 'utf8');
  const told = await run(good.replace("ends: '10:30'", "ends: '10:31'"));
  expect(told.join('\n')).toMatch(/own\.yaml:\d+\n.*mong hết 2026-03-10 10:31.*\n.*expected to end/);
  expect((await run(good.replace('dai-ngai, salinity: 3.9', 'dai-ngai, salinity: 99'))).join('\n')).toMatch(
    /✗ .*own\.yaml:\d+: .*data\.salinity/,
  );
  expect((await run('sector: x\ncases:\n  - { title: a, from: 1 }')).join('\n')).toMatch(/own\.yaml:3: .*from/);
});
