import pg from 'pg';
import type { Rule } from '#libs/contracts';
import { ensureDatabase, migrate } from '#libs/persistence';
import { testHub } from '../../support/hub.js';
import type { Span } from './compare-spans.js';
import { benchServer } from '../server.js';

let events = 0;

/** The hub with these rules and no others, which tells one group chat; groups wait as Alertmanager's do. */
export async function startHub(rules: readonly Rule[], chat: string, groupSeconds: number) {
  const server = await benchServer();
  await ensureDatabase(server.url('postgres'), 'peers');
  await migrate(server.url('peers'));
  const pool = new pg.Pool({ connectionString: server.url('peers'), max: 2 });
  // The server ends before the last connection does.
  pool.on('error', () => undefined);

  const query = async <R extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<R[]> =>
    (await pool.query<R>(sql, values)).rows;
  await setUp(query, rules, chat, groupSeconds);
  const database = { url: server.url('peers'), query, drop: () => Promise.resolve() };
  const hub = await testHub({
    backend: 'postgres',
    apps: ['worker', 'ingest', 'alerter'],
    env: { CHANNELS_PRIVATE: 'true' },
    database,
  });
  const key = await hub.addSource('peers', { rate: 1_000_000 });
  return {
    post: async (readings: readonly [station: string, salinity: number][]): Promise<void> => {
      const time = new Date().toISOString();
      const body = readings.map(([station, salinity]) => ({
        id: `peer-${events++}`,
        type: 'vn.ioc.agriculture.salinity.measured.v1',
        time,
        unit: '92',
        data: { station, salinity },
      }));
      const { status } = await hub.post(key, body);
      if (status !== 202) throw new Error(`the door answered ${status}`);
    },
    spans: () => spansOf(query),
    close: async (): Promise<void> => {
      await hub.close();
      await pool.end();
      await server.stop();
    },
  };
}

type Query = <R extends pg.QueryResultRow>(sql: string, values?: unknown[]) => Promise<R[]>;

async function setUp(query: Query, rules: readonly Rule[], chat: string, groupSeconds: number): Promise<void> {
  await query(
    `INSERT INTO alert_rule (id, definition, updated_by) SELECT r->>'id', r, 'bench' FROM jsonb_array_elements($1::jsonb) r`,
    [JSON.stringify(rules)],
  );
  await query(`INSERT INTO channel (id, kind, name, settings, rate) VALUES ('chat', 'webhook', 'chat', $1, 100000)`, [
    JSON.stringify({ url: `${chat}/hook`, format: 'plain' }),
  ]);
  const policy = { id: 'chat', name: 'chat', steps: [{ after: 0, to: [{ channel: 'chat' }] }] };
  await query(`INSERT INTO policy (id, definition) VALUES ('chat', $1)`, [JSON.stringify(policy)]);
  for (const [name, value] of [
    ['routes', [{ policy: 'chat' }]],
    ['groupSeconds', groupSeconds],
  ] as const)
    await query('INSERT INTO alert_setting (name, value) VALUES ($1, $2)', [name, JSON.stringify(value)]);
}

/** When each alert fired and ended, from its history. */
async function spansOf(query: Query): Promise<Map<string, Span[]>> {
  const rows = await query<{ rule: string; key: string; kind: string; at: Date }>(
    `SELECT a.rule, a.key, c.kind, c.at FROM alert_change c JOIN alert a ON a.id = c.alert_id
     WHERE c.kind IN ('fired', 'reopened', 'ended') AND a.rule LIKE 'own.peer-%' ORDER BY c.seq`,
  );
  const spans = new Map<string, Span[]>();
  for (const { rule, key, kind, at } of rows) {
    const name = `${rule} ${key}`;
    const list = spans.get(name) ?? [];
    spans.set(name, list);
    const last = list.at(-1);
    if (kind !== 'ended') list.push({ from: at.getTime(), to: null });
    else if (last) last.to = at.getTime();
  }
  return spans;
}
