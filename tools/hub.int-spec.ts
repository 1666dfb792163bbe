import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type TestDatabase, testDatabase } from '../test/support/database.js';

let database: TestDatabase;
let dir: string;
beforeAll(async () => {
  database = await testDatabase();
  dir = mkdtempSync(join(tmpdir(), 'ioc-cli-'));
  // As the launcher leaves them, so that the command line finds the running hub.
  writeFileSync(join(dir, 'run.json'), JSON.stringify({ databaseUrl: database.url }));
  writeFileSync(join(dir, 'secret'), 'a secret for tests only, 32 characters or more');
});
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  await database.drop();
});

function hub(...args: string[]): { status: number | null; out: string; err: string } {
  const env = { PATH: process.env.PATH, HUB_DATA: dir };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/tools/hub.js', ...args], {
    env,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, out: stdout, err: stderr };
}

describe('npm run hub --', () => {
  test('adds a source, rotates and revokes its keys', () => {
    const added = hub('source', 'add', 'weather', '--types', 'vn.ioc.weather.*', '--units', '92,56');
    expect({ status: added.status, err: added.err }).toEqual({ status: 0, err: '' });
    const first = JSON.parse(added.out) as { keyId: string; key: string; signingSecret: string };
    expect(first.key).toMatch(/^ioc_[a-z0-9]{12}_[\w-]{43}$/);
    expect(first.signingSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const second = JSON.parse(hub('source', 'rotate', 'weather').out) as { keyId: string };
    expect(hub('source', 'revoke', 'weather', first.keyId).status).toBe(0);
    const listed = hub('source', 'list').out;
    expect(JSON.parse(listed)).toMatchObject([{ id: 'weather', units: ['92', '56'], keys: [{ id: second.keyId }] }]);
    expect(listed).not.toContain(first.key);
  });

  test('shows what was set aside, and puts it into the queue again', async () => {
    await database.query(
      `INSERT INTO set_aside (batch_id, source_id, event_id, reason, event) VALUES
       (gen_random_uuid(), 'weather', 'e1', 'no such metric', '{"id": "e1", "source": "weather", "type": "t", "time": 1, "data": {}}'),
       (gen_random_uuid(), 'other', 'e2', 'no such metric', '{"id": "e2", "source": "other", "type": "t", "time": 1, "data": {}}')`,
    );
    const waiting = (...args: string[]) =>
      (JSON.parse(hub('set-aside', 'list', ...args).out) as { seq: string; event: string }[]).map(({ event }) => event);
    expect(waiting()).toEqual(['e2', 'e1']);
    expect(waiting('--source', 'weather')).toEqual(['e1']);
    expect(JSON.parse(hub('set-aside', 'replay', 'all').out)).toEqual({ replayed: 2 });
    expect(waiting()).toEqual([]);
    const jobs = await database.query<{ n: string }>('SELECT count(*) AS n FROM bullmq.job');
    expect(Number(jobs[0]?.n)).toBe(2);
    expect(hub('set-aside', 'replay', '1')).toMatchObject({
      status: 1,
      err: 'there is no event 1 waiting to be replayed\n',
    });
  });

  test('lists batches that could not be stored yet: none here', () => {
    expect(hub('failed', 'list')).toMatchObject({ status: 0, out: '[]\n' });
  });

  test('says what is wrong, with an exit code', () => {
    expect(hub()).toMatchObject({ status: 2 });
    expect(hub('source', 'burn')).toMatchObject({ status: 2, err: expect.stringContaining('source burn') });
    expect(hub('source', 'rotate', 'nobody')).toMatchObject({ status: 1, err: 'there is no source "nobody"\n' });
    const file = join(dir, 'units.csv');
    writeFileSync(file, 'code,name,type,parent\n1 2,Một,xã,96\n');
    expect(hub('unit', 'load', file)).toMatchObject({ status: 1, err: expect.stringContaining('line 2, column code') });
  });

  test('tests the rules in use, an own one too; without a database those of the packs, at the line that names one', async () => {
    const rule = {
      ...{ id: 'own.salt', sector: 'agriculture', severity: 'serious', by: 'station' },
      ...{ title: { vi: 'Mặn', en: 'Salt' }, note: { vi: 'giả định', en: 'assumed' } },
      condition: { kind: 'threshold', value: 'last(agriculture.salinity, 2h)', above: 4 },
    };
    await database.query(`INSERT INTO alert_rule (id, definition, updated_by) VALUES ('own.salt', $1, 'an')`, [
      JSON.stringify(rule),
    ]);
    const file = join(dir, 'own.yaml');
    writeFileSync(
      file,
      `sector: agriculture
cases:
  - title: Own
    from: 2026-03-10 06:00
    to: +1h
    events:
      - { at: '06:10', type: salinity.measured, data: { station: s1, salinity: 5 } }
    expect:
      - { rule: own.salt, key: s1, fires: '06:10' }
`,
    );
    const used = hub('rules', 'test', file);
    expect(used.out).toMatch(/^Quy tắc đang dùng.*\n✓ .*Own\n/);
    expect(used.status).toBe(0);
    writeFileSync(join(dir, 'run.json'), JSON.stringify({ databaseUrl: 'postgres://127.0.0.1:1/none' }));
    try {
      const packs = hub('rules', 'test', file);
      expect(packs.out).toMatch(/^Quy tắc của các gói.*ECONNREFUSED\)\n✗ .*own\.yaml:9: .*there is no rule own\.salt/);
      expect(packs.status).toBe(1);
    } finally {
      writeFileSync(join(dir, 'run.json'), JSON.stringify({ databaseUrl: database.url }));
    }
  });
});
