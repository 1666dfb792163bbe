/**
 * The same random series through the hub's rules and through Prometheus' own unit tester, on a virtual clock: at every tick both
 * must say the same of every rule. `promtool` is Debian's package `prometheus`.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beyond, step, type RuleState } from '#libs/alerting';
import type { Rule } from '#libs/contracts';
import { randomOf } from '#libs/sector-kit';

const TICK_S = 15;
const TICKS = 240;
const START = Date.UTC(2026, 10, 25);

/** One series with one rule on it. A value of null: the series has gone. */
export interface Case {
  name: string;
  rule: Rule;
  values: (number | null)[];
}

export interface Agreement {
  cases: number;
  looks: number;
  fired: number;
  /** What Prometheus says of the first looks that differ; empty when none does. */
  differences: string[];
}

/** Random walks around their limit, with holes, under random `for` and `keepFiring`. The same seed gives the same. */
export function randomCases(count: number, seed: number, ticks = TICKS): Case[] {
  const random = randomOf('peers', seed);
  return Array.from({ length: count }, (_, i) => {
    const values: (number | null)[] = [];
    const swing = 2 + random() * 20;
    for (let t = 0, value = 50, gone = 0; t < ticks; t++) {
      value = Math.max(0, Math.min(100, value + (random() - 0.5) * swing));
      if (gone === 0 && random() < 0.01) gone = 1 + Math.floor(random() * 12);
      values.push(gone > 0 ? null : Math.round(value * 10) / 10);
      if (gone > 0) gone--;
    }
    const side = random() < 0.5 ? { above: 60 } : { below: 40 };
    const rule: Rule = {
      id: `own.r${i}`,
      title: { vi: `r${i}`, en: `r${i}` },
      sector: 'own',
      severity: 'warning',
      note: { vi: '', en: '' },
      condition: { kind: 'threshold', value: 'last(x)', ...side },
      for: [0, 15, 30, 60, 300][Math.floor(random() * 5)] ?? 0,
      keepFiring: [0, 0, 30, 120][Math.floor(random() * 4)] ?? 0,
    };
    return { name: `s${i}`, rule, values };
  });
}

/** At which ticks the hub's rule says that it fires. */
export function ourTimeline({ rule, values }: Case): boolean[] {
  let state: RuleState | null = null;
  let firing = false;
  const limits = rule.condition.kind === 'threshold' ? numbers(rule.condition) : {};
  return values.map((value, tick) => {
    const reading = { key: '', ...beyond(value, limits) };
    const stepped = step(rule, state, reading, START + tick * TICK_S * 1000);
    state = stepped.state;
    if (stepped.decision.kind === 'fire') firing = true;
    if (stepped.decision.kind === 'end') firing = false;
    return firing;
  });
}

const numbers = ({ above, below }: { above?: number | string; below?: number | string }) => ({
  ...(typeof above === 'number' ? { above } : {}),
  ...(typeof below === 'number' ? { below } : {}),
});

/** Asks `promtool` whether Prometheus would say the same at every tick. */
export async function agreeWithPrometheus(cases: readonly Case[]): Promise<Agreement> {
  const dir = mkdtempSync(join(tmpdir(), 'ioc-peers-'));
  const timelines = cases.map(ourTimeline);
  const fired = timelines.reduce((sum, line) => sum + line.filter((on, t) => on && !line[t - 1]).length, 0);
  try {
    writeFileSync(join(dir, 'rules.yml'), JSON.stringify(rulesFile(cases)));
    writeFileSync(join(dir, 'test.yml'), JSON.stringify(testFile(cases, timelines)));
    const ran = await promisify(execFile)('promtool', ['test', 'rules', 'test.yml'], { cwd: dir, maxBuffer: 64 << 20 })
      .then(() => '')
      .catch((error: { stdout?: string; stderr?: string; code?: unknown }) => {
        if (error.code === 'ENOENT') throw new Error('promtool is missing: apt-get install prometheus');
        return `${error.stdout ?? ''}${error.stderr ?? ''}`;
      });
    const differences = ran.split('\n').filter((line) => line.trim() !== '');
    return { cases: cases.length, looks: cases.length * TICKS, fired, differences: differences.slice(0, 40) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What Prometheus reads: JSON is YAML. */
function rulesFile(cases: readonly Case[]): object {
  const rules = cases.map(({ name, rule }) => {
    const { above, below } = rule.condition as { above?: number; below?: number };
    return {
      alert: rule.id.replace('own.', ''),
      expr: above === undefined ? `${name} <= ${below}` : `${name} >= ${above}`,
      for: `${rule.for ?? 0}s`,
      ...(rule.keepFiring ? { keep_firing_for: `${rule.keepFiring}s` } : {}),
    };
  });
  return { groups: [{ name: 'peers', interval: `${TICK_S}s`, rules }] };
}

function testFile(cases: readonly Case[], timelines: readonly boolean[][]): object {
  return {
    rule_files: ['rules.yml'],
    evaluation_interval: `${TICK_S}s`,
    tests: [
      {
        interval: `${TICK_S}s`,
        input_series: cases.map(({ name, values }) => ({
          series: name,
          values: values.map((value) => (value === null ? 'stale' : String(value))).join(' '),
        })),
        alert_rule_test: cases.flatMap(({ rule }, i) =>
          Array.from({ length: TICKS }, (_, tick) => ({
            eval_time: `${tick * TICK_S}s`,
            alertname: rule.id.replace('own.', ''),
            exp_alerts: timelines[i]?.[tick] ? [{ exp_labels: {} }] : [],
          })),
        ),
      },
    ],
  };
}
