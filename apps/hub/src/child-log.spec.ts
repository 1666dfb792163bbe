import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ChildLog } from './child-log.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ioc-log-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('stays bounded: full files are rotated and the oldest goes', () => {
  const log = new ChildLog(join(dir, 'logs', 'worker.log'), 1_000);
  for (let n = 0; n < 200; n++) log.write(`{"level":"info","n":${n},"pad":"${'x'.repeat(50)}"}\n`);
  const names = readdirSync(join(dir, 'logs')).sort();
  expect(names).toEqual(['worker.log', 'worker.log.1', 'worker.log.2', 'worker.log.3', 'worker.log.4']);
  for (const name of names) expect(statSync(join(dir, 'logs', name)).size).toBeLessThanOrEqual(1_000);
  expect(readFileSync(join(dir, 'logs', 'worker.log'), 'utf8')).toContain('"n":199');
});

test('counts what is worth a warning, and gives the reason of a crash', async () => {
  const log = new ChildLog(join(dir, 'worker.log'));
  const stream = new PassThrough();
  log.follow(stream);
  stream.write('{"level":"info","msg":"fine"}\n{"level":"warn","msg":"slow"}\n{"level":"er');
  stream.write('ror","msg":"x","err":{"message":"store away"}}\n');
  stream.end('Error: cannot find module');
  await new Promise((done) => stream.once('end', done));
  expect(log.takeWarnings()).toEqual({ count: 3, last: 'Error: cannot find module' });
  expect(log.takeWarnings()).toBeNull();
  expect(log.cause).toBe('Error: cannot find module');
});

test('a warning, an old error and what a process before said are no reasons of an end', () => {
  let now = 1_000_000;
  const log = new ChildLog(join(dir, 'worker.log'), 10_000, () => now);
  log.begin();
  log.write('{"level":"warn","msg":"slow"}\n');
  expect(log.cause).toBeNull();
  log.write('{"level":"error","msg":"the disk is full"}\n{"level":"warn","msg":"slow"}\n');
  expect(log.cause).toBe('the disk is full');
  now += 10_001;
  expect(log.cause).toBeNull();
  log.write('{"level":"fatal","msg":"no database"}\n');
  log.begin();
  expect(log.cause).toBeNull();
  expect(log.takeWarnings()).toEqual({ count: 4, last: 'no database' });
});
