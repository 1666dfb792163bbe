import { existsSync, readFileSync } from 'node:fs';
import { describeSettings, readSettings } from '#libs/platform';
import { describe, expect, test } from '@jest/globals';

/** Variables of other programs: Node, and the images of PostgreSQL. */
const FOREIGN = new Set(['NODE_ENV', 'POSTGRES_USER', 'POSTGRES_DB', 'POSTGRES_PASSWORD']);
const known = new Set(describeSettings().map(({ name }) => name));
const compose = readFileSync('docker/compose.yaml', 'utf8');
const dockerfile = readFileSync('docker/Dockerfile', 'utf8');

/** Names and values under every `environment:` block, by indentation: the file is ours and keeps to one form. */
function composeVariables(text: string): [string, string][] {
  const found: [string, string][] = [];
  let depth: number | null = null;
  for (const line of text.split('\n')) {
    const indent = line.length - line.trimStart().length;
    if (/^\s*(x-)?environment:/.test(line)) {
      depth = indent;
    } else if (depth !== null && line.trim() !== '' && indent <= depth) {
      depth = null;
    } else if (depth !== null) {
      const match = /^\s+([A-Z][A-Z0-9_]*):\s*(.*)$/.exec(line);
      if (match) found.push([match[1] ?? '', match[2] ?? '']);
    }
  }
  return found;
}

describe('docker', () => {
  test('every variable of compose.yaml and of the image is a setting that the hub knows', () => {
    const image = [...dockerfile.matchAll(/^(?:ENV\s+|\s{4})([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name ?? '');
    const names = [...composeVariables(compose).map(([name]) => name), ...image];
    expect(names).toEqual(expect.arrayContaining(['DATABASE_URL', 'REDIS_URL', 'HUB_SECRET', 'INGEST_PORT', 'HOST']));
    expect(names.filter((name) => !known.has(name) && !FOREIGN.has(name))).toEqual([]);
  });

  test('its values pass validation, once secrets are given', () => {
    const environment: Record<string, string> = {};
    for (const [name, value] of composeVariables(compose)) {
      if (!known.has(name)) continue;
      environment[name] = value.replace(/\$\{(\w+):-([^}]*)\}/g, '$2').replace(/\$\{\w+:\?[^}]*\}/g, 'x'.repeat(32));
    }
    expect(readSettings(environment)).toMatchObject({ INGEST_PORT: 3001, WORKER_PORT: 3002, GATEWAY_PORT: 3000 });
  });

  test('secrets have no default', () => {
    for (const name of ['POSTGRES_PASSWORD', 'HUB_SECRET']) {
      const uses = [...compose.matchAll(new RegExp(`\\$\\{${name}([^}]*)\\}`, 'g'))];
      expect(uses.length).toBeGreaterThan(0);
      for (const [, form] of uses) expect(form).toMatch(/^:\?/);
    }
  });

  test('commands name entry points that the build makes', () => {
    const entries = [...`${compose}${dockerfile}`.matchAll(/dist\/(apps\/[\w/.-]+)\.js/g)].map(
      ([, path]) => `${path}.ts`,
    );
    expect(entries.length).toBeGreaterThanOrEqual(5);
    expect(entries.filter((path) => !existsSync(path))).toEqual([]);
  });

  test('the queue is durable: appendfsync always, nothing evicted', () => {
    expect(compose).toMatch(/--appendonly, 'yes', --appendfsync, always, --maxmemory-policy, noeviction/);
  });

  test('the image runs as a user without rights', () => {
    expect(dockerfile.lastIndexOf('USER node')).toBeGreaterThan(dockerfile.lastIndexOf('FROM '));
  });
});
