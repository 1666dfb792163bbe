import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestHub } from './hub.js';

const run = promisify(execFile);

/** Adds a person by the command line; resolves to the password that it shows once. `root`: folder that holds dist/. */
export async function addPerson(hub: TestHub, root: string, login: string, role: string): Promise<string> {
  const env: NodeJS.ProcessEnv = { ...process.env, DATABASE_URL: hub.database.url, HUB_SECRET: 'x'.repeat(40) };
  delete env.REDIS_URL;
  const args = [join(root, 'dist/tools/hub.js'), 'user', 'add', login, '--role', role];
  const { stdout } = await run(process.execPath, args, { env });
  return (JSON.parse(stdout) as { password: string }).password;
}
