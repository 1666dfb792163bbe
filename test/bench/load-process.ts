import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LoadOrder, LoadResult } from './load.js';

/** Runs the load generator in a process of its own. `root`: the installation whose packs it simulates; default: this one. */
export async function load(order: LoadOrder, root?: string): Promise<{ result: LoadResult; started: number }> {
  const file = root === undefined ? new URL('load.js', import.meta.url) : join(root, 'dist/test/bench/load.js');
  const child = fork(file);
  const ready = once(child, 'message');
  child.send(order);
  await ready;
  const started = Date.now();
  const [{ result }] = (await once(child, 'message')) as [{ result: LoadResult }];
  child.kill();
  return { result, started };
}
