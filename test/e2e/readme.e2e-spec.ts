import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testHub, type TestHub } from '../support/hub.js';

let hub: TestHub;
let dir: string;

beforeAll(async () => {
  hub = await testHub({ backend: 'postgres', apps: ['worker', 'ingest'] });
  await hub.database.query(
    `INSERT INTO unit (code, valid_from, name, type, parent) VALUES
     ('92', '2025-07-01', 'Cần Thơ', 'thành phố', NULL), ('31673', '2025-07-01', 'Trần Đề', 'xã', '92') ON CONFLICT DO NOTHING`,
  );
  dir = mkdtempSync(join(tmpdir(), 'ioc-readme-'));
});
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  await hub?.close();
});

/** The first block of code with this in it: fenced, or indented by four. Without its indentation. */
function block(file: string, part: string): string {
  const text = readFileSync(file, 'utf8');
  const fenced = [...text.matchAll(/^```\w+\n([\s\S]*?)^```/gm)].map(([, code]) => code ?? '');
  const indented = [...text.matchAll(/(?:^ {4}.*\n)+/gm)].map(([code]) => code.replace(/^ {4}/gm, ''));
  const found = [...fenced, ...indented].find((code) => code.includes(part));
  if (found === undefined) throw new Error(`${file} has no block of code with ${part}`);
  return found;
}

/** Runs it as a newcomer would, but at this test's hub. */
function shell(code: string, env: Record<string, string> = {}): string {
  const here = code
    .replaceAll('http://127.0.0.1:3001', hub.ingest)
    .replaceAll('npm run hub --', `${process.execPath} dist/tools/hub.js`);
  const { status, stdout, stderr } = spawnSync('bash', ['-euc', here], {
    env: { ...hub.env, ...env },
    encoding: 'utf8',
    timeout: 120_000,
  });
  if (status !== 0) throw new Error(`${here}\n${stdout}\n${stderr}`);
  return stdout;
}

const addSource = (code: string): string => (JSON.parse(shell(code)) as { key: string }).key;

/** Until the door knows a key that was just made. */
async function known(key: string): Promise<void> {
  const asked = () => fetch(`${hub.ingest}/v1/rejections`, { headers: { authorization: `Bearer ${key}` } });
  while ((await asked()).status === 401) await new Promise((done) => setTimeout(done, 50));
}

test('the first event of the README is taken, counted once, and looked up as it says', async () => {
  const key = addSource(block('README.md', 'source add'));
  await known(key);
  const push = block('README.md', 'curl -i');
  const answer = shell(push, { KEY: key });
  expect(answer).toContain('202 Accepted');
  expect(answer).toContain('"accepted":1,"rejected":[]');
  await hub.stored(1);
  shell(push, { KEY: key });
  const batch = /"batch":"([^"]+)"/.exec(answer)?.[1];
  const looked = await fetch(`${hub.ingest}/v1/batches/${batch}`, { headers: { authorization: `Bearer ${key}` } });
  expect(await looked.json()).toMatchObject({ stored: 1, duplicates: 0 });
});

test('the ten lines of the client and its curl are taken', async () => {
  const key = addSource(`npm run hub -- source add tram-do --types 'vn.ioc.agriculture.*' --units 92`);
  await known(key);
  const code = block('libs/client/README.md', 'new HubClient')
    .replace("'@ioc-hub/client'", `'${pathToFileURL(join(process.cwd(), 'dist', 'libs', 'client', 'index.js')).href}'`)
    .replace('http://127.0.0.1:3001', hub.ingest)
    .replace('/var/lib/my-system/outbox', join(dir, 'outbox'));
  const file = join(dir, 'send.mjs');
  writeFileSync(file, `${code}\nawait hub.flush();\nawait hub.close();\n`);
  shell(`${process.execPath} ${file}`, { HUB_KEY: key });
  expect(shell(block('libs/client/README.md', 'curl'), { HUB_KEY: key })).toContain('"accepted":1');
  await hub.stored(3);
  const rows = await hub.database.query(`SELECT unit, data FROM event WHERE source = 'tram-do'`);
  expect(rows).toEqual(Array(2).fill({ unit: '31673', data: { station: 'tran-de', salinity: 4.2 } }));
});

test('every command that the documents name exists', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const named = ['README.md', 'docs/operations.md', 'docs/architecture.md'].flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/npm (?:run )?([a-z]+)/g)].map(([, name]) => name ?? ''),
  );
  expect(named.length).toBeGreaterThan(10);
  const own = ['install', 'ci', 'package', 'and', 'are'];
  expect(named.filter((name) => !(name in scripts) && !own.includes(name))).toEqual([]);
});
