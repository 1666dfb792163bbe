import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readSettings, SettingsError } from '#libs/platform';
import { Launcher } from './launcher.js';
import { CannotStart, speaker } from './say.js';

/** From dist/apps/hub/src/ up to the checkout. */
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
/** What was installed or built before is not the hub's start. */
const startedAt = Number(process.env.HUB_BUILT_AT) || Date.now() - performance.now();
const say = speaker(startedAt, (text) => void process.stdout.write(text));

/** `--port N`: gateway at N, ingest at N+1, worker at N+2, alerter at N+3, unless the environment says otherwise. `--no-demo`: empty. */
function environment(): NodeJS.ProcessEnv {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, demo: { type: 'boolean' } },
    allowNegative: true,
  });
  const ports: NodeJS.ProcessEnv = {};
  if (values.port !== undefined) {
    const first = Number(values.port);
    if (!Number.isInteger(first) || first < 1 || first > 65_532) {
      throw new CannotStart('--port must be a number from 1 to 65532.');
    }
    Object.assign(ports, {
      GATEWAY_PORT: String(first),
      INGEST_PORT: String(first + 1),
      WORKER_PORT: String(first + 2),
      ALERTER_PORT: String(first + 3),
    });
  }
  return { ...ports, ...process.env, ...(values.demo === undefined ? {} : { DEMO: String(values.demo) }) };
}

function fail(error: unknown): never {
  const known = error instanceof CannotStart || error instanceof SettingsError || isUsage(error);
  const text = known ? `✖ ${(error as Error).message}` : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

const isUsage = (error: unknown): boolean =>
  String((error as NodeJS.ErrnoException | null)?.code).startsWith('ERR_PARSE_ARGS');

/** One Ctrl-C arrives twice under npm: from the terminal, and from npm. Only a later one is a second one. */
const SAME_PRESS_MS = 500;

try {
  const settings = readSettings(environment());
  const launcher = new Launcher({ settings, root, dataDir: resolve(root, settings.HUB_DATA), say });
  let since: number | null = null;
  const end = (): void => {
    if (since === null) {
      since = performance.now();
      say('Đang dừng theo thứ tự / stopping in order … (Ctrl-C lần nữa: dừng ngay / again: at once)');
      launcher.stop().then(() => process.exit(0), fail);
    } else if (performance.now() - since > SAME_PRESS_MS) {
      void launcher.force().finally(() => process.exit(1));
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  // npm itself may be killed: then nobody could stop the hub from that terminal any more.
  if (process.env.npm_lifecycle_event !== undefined) {
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && since === null && end(), 1_000).unref();
  }
  await launcher.start().catch(async (error: unknown) => {
    await launcher.stop().catch(() => undefined);
    fail(error);
  });
} catch (error) {
  fail(error);
}
