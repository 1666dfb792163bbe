/**
 * The hub, and Prometheus with Alertmanager, on the same readings at the same time: when does which alert fire and end, and in how
 * many messages is it told? Everything on loopback, with ports and folders of its own.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Rule } from '#libs/contracts';
import { freePort } from '#libs/platform';
import { randomOf } from '#libs/sector-kit';
import { receiver, type Receiver } from '../../support/receiver.js';
import { compare, type Span } from './compare-spans.js';
import { startHub } from './peer-hub.js';

const STATIONS_A_RULE = 10;
const LIMIT = 20;
/** Values stay this long; `for` is never a multiple of it, so that no difference of phase decides whether an alert fires. */
const HELD_S = 5;
const FOR_S = [0, 3, 8];
const RUN_S = 75;
const GROUP_S = 5;
const WARM_MS = 10_000;
/** Firings of one side alone that are shown. */
const SHOWN = 12;

export interface RealOptions {
  cases: number;
  seed: number;
  say: (text: string) => void;
}

export async function benchReal({ cases, seed, say }: RealOptions): Promise<void> {
  const rules = rulesFor(Math.ceil(cases / STATIONS_A_RULE));
  const dir = mkdtempSync(join(tmpdir(), 'ioc-peers-'));
  const values = new Map(stationsOf(rules).map((station) => [station, 1]));
  const [chat, theirs] = await Promise.all([receiver(), receiver()]);
  const hub = await startHub(rules, chat.url, GROUP_S);
  const peers = await startPeers(dir, rules, values, theirs.url);
  try {
    // Both have begun to look before anything happens.
    await delay(WARM_MS);
    const from = Date.now();
    await drive(values, seed, (readings) => hub.post(readings));
    // Longer than the longest `for`: what is still to come comes.
    await delay(12_000);
    const to = Date.now();
    const ours = await hub.spans();
    const prometheus = await peers.spans(from, to);
    const told = { ours: messagesOf(chat, rules), theirs: messagesOf(theirs, rules) };
    report(say, compare(ours, prometheus), told);
  } finally {
    await peers.stop();
    await Promise.all([hub.close(), chat.close(), theirs.close()]);
    rmSync(dir, { recursive: true, force: true });
  }
}

function rulesFor(count: number): Rule[] {
  return Array.from({ length: count }, (_, i): Rule => {
    const id = `own.peer-${i}`;
    const stations = Array.from({ length: STATIONS_A_RULE }, (_s, k) => `p${i}-${k}`).join(' | ');
    return {
      id,
      title: { vi: id, en: id },
      sector: 'agriculture',
      severity: 'warning',
      note: { vi: 'bench', en: 'bench' },
      condition: { kind: 'threshold', value: `last_max(agriculture.salinity, 2h, station: ${stations})`, above: LIMIT },
      by: 'station',
      for: FOR_S[i % FOR_S.length] ?? 0,
    };
  });
}

const stationsOf = (rules: readonly Rule[]): string[] =>
  rules.flatMap((_, i) => Array.from({ length: STATIONS_A_RULE }, (_s, k) => `p${i}-${k}`));

/** New values at random every five seconds, told to the hub once a second as a sensor would. */
async function drive(
  values: Map<string, number>,
  seed: number,
  post: (readings: readonly [string, number][]) => Promise<void>,
): Promise<void> {
  const random = randomOf('peers', seed);
  const began = Date.now();
  for (let second = 0; second < RUN_S; second++) {
    if (second % HELD_S === 0)
      for (const station of values.keys()) if (random() < 0.35) values.set(station, random() < 0.5 ? 5 : 30);
    await post([...values]);
    await delay(Math.max(0, began + (second + 1) * 1_000 - Date.now()));
  }
}

async function startPeers(dir: string, rules: readonly Rule[], values: ReadonlyMap<string, number>, webhook: string) {
  const metrics = createServer((_request, response) => {
    const lines = [...values].map(
      ([station, value]) => `salinity{rule="${ruleOf(station)}",station="${station}"} ${value}`,
    );
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(`${lines.join('\n')}\n`);
  });
  await new Promise<void>((done) => metrics.listen(0, '127.0.0.1', done));
  const target = `127.0.0.1:${(metrics.address() as AddressInfo).port}`;
  const [prometheus, alertmanager] = [await freePort(), await freePort()];
  const file = (name: string, content: object): string => {
    writeFileSync(join(dir, name), JSON.stringify(content));
    return join(dir, name);
  };
  file('rules.yml', {
    groups: [
      {
        name: 'peers',
        interval: '1s',
        rules: rules.map((rule, i) => ({
          alert: rule.id,
          expr: `salinity{rule="p${i}"} >= ${LIMIT}`,
          for: `${rule.for ?? 0}s`,
        })),
      },
    ],
  });
  const am = file('alertmanager.yml', {
    route: {
      receiver: 'chat',
      group_by: ['alertname'],
      group_wait: '0s',
      group_interval: `${GROUP_S}s`,
      repeat_interval: '4h',
    },
    receivers: [{ name: 'chat', webhook_configs: [{ url: webhook, send_resolved: true }] }],
  });
  const config = file('prometheus.yml', {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['rules.yml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanager}`] }] }] },
    scrape_configs: [{ job_name: 'sensors', static_configs: [{ targets: [target] }] }],
  });
  const children = [
    run('prometheus-alertmanager', [
      `--config.file=${am}`,
      `--storage.path=${join(dir, 'am')}`,
      `--web.listen-address=127.0.0.1:${alertmanager}`,
      '--cluster.listen-address=',
    ]),
    run('prometheus', [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(dir, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${prometheus}`,
    ]),
  ];
  const base = `http://127.0.0.1:${prometheus}`;
  await answers(`${base}/-/ready`);
  return {
    spans: (from: number, to: number) => spansOfPrometheus(base, from, to),
    stop: async () => {
      metrics.close();
      metrics.closeAllConnections();
      await Promise.all(children.map(end));
    },
  };
}

const ruleOf = (station: string): string => station.split('-')[0] ?? '';

function run(command: string, args: readonly string[]): ChildProcess {
  const child = spawn(command, args, { stdio: 'ignore' });
  child.on('error', () => {
    throw new Error(`${command} is missing: apt-get install prometheus prometheus-alertmanager`);
  });
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

async function answers(url: string): Promise<void> {
  for (let i = 0; i < 150; i++) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await delay(200);
  }
  throw new Error(`${url} does not answer`);
}

/** When each alert fired, second by second, from what Prometheus keeps of its own alerts. */
async function spansOfPrometheus(base: string, from: number, to: number): Promise<Map<string, Span[]>> {
  const query = new URLSearchParams({
    query: 'ALERTS{alertstate="firing"}',
    start: String(from / 1000),
    end: String(to / 1000),
    step: '1',
  });
  const answer = (await (await fetch(`${base}/api/v1/query_range?${query.toString()}`)).json()) as {
    data: { result: { metric: { alertname: string; station: string }; values: [number, string][] }[] };
  };
  const spans = new Map<string, Span[]>();
  for (const { metric, values } of answer.data.result) {
    const list: Span[] = [];
    for (const [second] of values) {
      const last = list.at(-1);
      if (last?.to !== undefined && last.to !== null && second * 1000 - last.to <= 1_500) last.to = second * 1000;
      else list.push({ from: second * 1000, to: second * 1000 });
    }
    spans.set(`${metric.alertname} ${metric.station}`, list);
  }
  return spans;
}

/** How many messages were sent about each rule. */
function messagesOf(chat: Receiver, rules: readonly Rule[]): Map<string, number> {
  const counts = new Map(rules.map(({ id }) => [id, 0]));
  for (const { body } of chat.calls)
    for (const id of new Set(String(body).match(/own\.peer-\d+/g))) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

function report(
  say: RealOptions['say'],
  { matched, onlyOurs, onlyTheirs, starts, ends, unmatched }: ReturnType<typeof compare>,
  told: { ours: Map<string, number>; theirs: Map<string, number> },
): void {
  const spread = (list: readonly number[]): string => {
    const sorted = [...list].sort((a, b) => a - b);
    const at = (q: number): string => ((sorted[Math.floor((sorted.length - 1) * q)] ?? NaN) / 1000).toFixed(1);
    return `p1 ${at(0.01)} s, p50 ${at(0.5)} s, p99 ${at(0.99)} s`;
  };
  const sum = (counts: Map<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);
  say(`side by side for ${RUN_S} s: ${matched} firings on both sides, ${onlyOurs} only here, ${onlyTheirs} only there`);
  say(`  the hub fires after Prometheus by ${spread(starts)} (negative: before)`);
  say(`  the hub ends  after Prometheus by ${spread(ends)}`);
  say(
    `  messages: ${sum(told.ours)} of the hub, ${sum(told.theirs)} of Alertmanager, groups of ${told.ours.size} rules`,
  );
  for (const line of unmatched.sort().slice(0, SHOWN)) say(`  ${line}`);
  if (onlyOurs + onlyTheirs > 0) process.exitCode = 1;
}
