import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '#libs/platform';
import { loadCatalogue } from '#libs/sectors';
import { ChildLog } from './child-log.js';
import { firstTick } from './first-tick.js';
import { takeLock } from './lock.js';
import { checkFolder, preflight } from './preflight.js';
import { installationSecret, prepare, type Prepared } from './prepare.js';
import { removeOrphans, removeRunFile, type RunFile, writeRunFile } from './run-file.js';
import type { Say } from './say.js';
import { EmbeddedStore } from './store.js';
import { Service } from './supervisor.js';

export interface LauncherOptions {
  settings: Settings;
  /** Folder of the checkout. */
  root: string;
  /** Absolute. */
  dataDir: string;
  say: Say;
}

/** In the order of stopping; the sum, with the database, stays under five seconds. */
const STOP_LIMITS = { simulator: 600, ingest: 900, worker: 1_200, alerter: 700, gateway: 500 } as const;
type AppName = keyof typeof STOP_LIMITS;
const DATABASE_LIMIT_MS = 800;
const SUMMARY_EVERY_MS = 10_000;

/** The whole hub on one machine: `start` brings it up in order, `stop` takes it down in order. */
export class Launcher {
  private readonly services = new Map<AppName, Service>();
  private readonly logs = new Map<AppName, ChildLog>();
  private readonly ending = new AbortController();
  private store: EmbeddedStore | null = null;
  private run: RunFile | null = null;
  private unlock: (() => void) | null = null;
  private summary: NodeJS.Timeout | undefined;
  private stopped: Promise<void> | undefined;

  constructor(private readonly options: LauncherOptions) {}

  /** Throws `CannotStart` with one sentence for the user. */
  async start(): Promise<void> {
    const { dataDir, say, settings } = this.options;
    checkFolder(dataDir);
    this.unlock = takeLock(dataDir, say);
    await removeOrphans(dataDir, say);
    await preflight(settings, dataDir);
    const databaseUrl = await this.database();
    const demo = settings.DEMO ? await loadCatalogue(settings.SECTORS_FILE) : null;
    const secret = installationSecret(settings.HUB_SECRET, dataDir);
    const prepared = await prepare(databaseUrl, dataDir, secret, demo);
    say(`The database is ready${demo ? `; ${prepared.sources} demo sources are registered` : ''}.`);
    if (this.ending.signal.aborted) return;
    const { ALERTER_PORT, GATEWAY_PORT, INGEST_PORT, MQTT_PORT, WORKER_PORT } = settings;
    this.run = {
      pid: process.pid,
      startedAt: new Date().toISOString(),
      databaseUrl,
      ...(settings.REDIS_URL === undefined ? {} : { redisUrl: settings.REDIS_URL }),
      ports: {
        gateway: GATEWAY_PORT,
        ingest: INGEST_PORT,
        worker: WORKER_PORT,
        alerter: ALERTER_PORT,
        mqtt: MQTT_PORT,
      },
      children: {},
    };
    await this.startServices(databaseUrl, secret);
    if (this.ending.signal.aborted) return;
    this.announce(prepared);
  }

  /** Sources first, then the doors, then the worker (which drains), alerts, the screens, and the database last. */
  stop(): Promise<void> {
    return (this.stopped ??= this.takeDown());
  }

  /** Everything at once; what was acknowledged is on disk, and the next start goes on from there. */
  async force(): Promise<void> {
    for (const service of this.services.values()) service.kill();
    await this.store?.stop(0);
    this.unlock?.();
  }

  private async takeDown(): Promise<void> {
    // Without the lock nothing here is ours, the run file least of all.
    if (!this.unlock) return;
    const { dataDir, say } = this.options;
    const startedAt = performance.now();
    this.ending.abort();
    clearInterval(this.summary);
    for (const [app, limit] of Object.entries(STOP_LIMITS) as [AppName, number][]) {
      const clean = await this.services.get(app)?.stop(limit);
      if (clean === false)
        say(`${app} did not stop within ${limit / 1000} s and was ended; it goes on at the next start.`);
    }
    await this.store?.stop(DATABASE_LIMIT_MS);
    removeRunFile(dataDir);
    this.unlock();
    if (this.store || this.services.size > 0)
      say(`Đã dừng / stopped in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
  }

  private async database(): Promise<string> {
    const { dataDir, say, settings } = this.options;
    if (settings.DATABASE_URL !== undefined) {
      say('Server profile: the database of DATABASE_URL.');
      return settings.DATABASE_URL;
    }
    const isNew = !existsSync(join(dataDir, 'secret'));
    say(isNew ? 'Making the embedded PostgreSQL (first start only) …' : 'Starting the embedded PostgreSQL …');
    this.store = new EmbeddedStore(dataDir, say);
    return this.store.start();
  }

  private async startServices(databaseUrl: string, secret: string): Promise<void> {
    const { dataDir, say, settings } = this.options;
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      DATABASE_URL: databaseUrl,
      HUB_SECRET: secret,
      HUB_DATA: dataDir,
      HUB_SUPERVISED: '1',
      GATEWAY_PORT: String(settings.GATEWAY_PORT),
      INGEST_PORT: String(settings.INGEST_PORT),
      WORKER_PORT: String(settings.WORKER_PORT),
      ALERTER_PORT: String(settings.ALERTER_PORT),
      MQTT_PORT: String(settings.MQTT_PORT),
    };
    say('Starting worker, alerter, ingest and gateway …');
    const doors = (['worker', 'ingest', 'gateway'] as const).map((app) => this.launch(app, env, true));
    this.summary = setInterval(() => this.summarise(), SUMMARY_EVERY_MS).unref();
    await Promise.race([Promise.all(doors.map(({ ready }) => ready)), aborted(this.ending.signal)]);
    if (this.ending.signal.aborted) return;
    // After the doors, so that the first live numbers need not wait for it on a small machine.
    this.launch('alerter', env, true);
    if (settings.DEMO) this.launch('simulator', env, false);
  }

  private launch(app: AppName, env: NodeJS.ProcessEnv, tellsReady: boolean): Service {
    const { dataDir, root, say } = this.options;
    const log = new ChildLog(join(dataDir, 'logs', `${app}.log`));
    const service = new Service({
      name: app,
      entry: join(root, 'dist', 'apps', app, 'src', 'main.js'),
      cwd: root,
      env,
      log,
      say,
      tellsReady,
      onStart: (pid) => {
        if (!this.run) return;
        this.run.children[app] = pid;
        writeRunFile(dataDir, this.run);
      },
    });
    this.services.set(app, service);
    this.logs.set(app, log);
    service.start();
    return service;
  }

  private summarise(): void {
    for (const [app, log] of this.logs) {
      const warnings = log.takeWarnings();
      if (warnings)
        this.options.say(
          `${app}: ${warnings.count} ${warnings.count === 1 ? 'warning' : 'warnings'}, the last: ${warnings.last} (${log.path})`,
        );
    }
  }

  private announce({ administrator, wallToken }: Prepared): void {
    const { say, settings } = this.options;
    const host = settings.HOST === '0.0.0.0' || settings.HOST === '::' ? '127.0.0.1' : settings.HOST;
    const gateway = `http://${host}:${settings.GATEWAY_PORT}`;
    say.block([
      '',
      `  Tường điều hành / wall        ${gateway}/wall/overview#token=${wallToken}`,
      `  Bàn điều khiển / console      ${gateway}/`,
      `  Cổng nhận sự kiện / API       http://${host}:${settings.INGEST_PORT}/v1/events`,
      ...(settings.MQTT_URL === undefined
        ? [`  Cổng MQTT / MQTT door         mqtt://${host}:${settings.MQTT_PORT}`]
        : []),
      ...(administrator === null
        ? []
        : [
            `  Đăng nhập lần đầu / first login:  ${administrator.login}  ${administrator.password}`,
            '    (chỉ hiện một lần, hãy cất giữ / shown once, keep it)',
          ]),
      ...(settings.DEMO ? ['  Nguồn mẫu đang chạy, có dấu “mô phỏng” / demo sources run, marked as simulated'] : []),
      '  Dừng / stop: Ctrl-C',
      '',
    ]);
    const wait = settings.DEMO ? 'delta' : 'tick';
    void firstTick(gateway, wallToken, wait, this.ending.signal).then((seen) => {
      if (seen) say('Nhịp sống đầu tiên trên tường / first live tick on the wall.');
    });
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => (signal.aborted ? done() : signal.addEventListener('abort', () => done(), { once: true })));
