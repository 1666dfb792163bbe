import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Starts a Redis server that writes each change to disk before it answers, as production must. Null where there is no
 * `redis-server` on the path.
 */
export async function startRedisServer(
  dir: string,
  port: number,
  appendfsync = 'always',
): Promise<ChildProcess | null> {
  const options = `--port ${port} --bind 127.0.0.1 --appendonly yes --appendfsync ${appendfsync}`.split(' ');
  const child = spawn('redis-server', [...options, '--save', '', '--dir', dir], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const up = await new Promise<boolean>((done) => {
    child.once('error', () => done(false));
    child.once('exit', () => done(false));
    child.stdout.on('data', (text: Buffer) => text.includes('Ready to accept connections') && done(true));
  });
  return up ? child : null;
}
