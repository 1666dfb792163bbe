import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { ChildLog } from './child-log.js';
import type { Say } from './say.js';

export interface ServiceOptions {
  name: string;
  /** Built entry point. */
  entry: string;
  env: NodeJS.ProcessEnv;
  cwd: string;
  log: ChildLog;
  say: Say;
  /** Called with each new process number. */
  onStart: (pid: number) => void;
  /** Whether it tells by IPC when it takes work; else it counts as ready when it runs. */
  tellsReady: boolean;
}

const FIRST_PAUSE_MS = 200;
/** A grandchild may hold its streams open for longer. */
const LAST_WORDS_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
/** Having run this long, the next crash starts with the shortest pause again. */
const HEALTHY_MS = 30_000;

/**
 * One service as a child process, started again whenever it ends, for as long as the hub runs. It is in a process
 * group of its own, so that Ctrl-C reaches the launcher alone, which then stops the services in order; if the launcher
 * is killed, the closed IPC channel tells it to stop.
 */
export class Service {
  private child: ChildProcess | null = null;
  private stopping = false;
  private pause = FIRST_PAUSE_MS;
  private timer: NodeJS.Timeout | undefined;
  private markReady: () => void = () => undefined;
  /** Resolves when it takes work for the first time. */
  readonly ready: Promise<void>;

  constructor(private readonly options: ServiceOptions) {
    this.ready = new Promise((done) => (this.markReady = done));
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(): void {
    const { cwd, entry, env, log, onStart, tellsReady } = this.options;
    const startedAt = Date.now();
    log.begin();
    const child = fork(entry, [], {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--enable-source-maps', '--max-semi-space-size=32'],
    });
    this.child = child;
    if (child.pid !== undefined) onStart(child.pid);
    for (const stream of [child.stdout, child.stderr]) if (stream) log.follow(stream);
    if (!tellsReady) this.markReady();
    child.on('message', (message: { ready?: boolean }) => {
      if (message.ready === true) this.markReady();
    });
    child.on('error', () => undefined);
    child.once('exit', (code, signal) => {
      this.child = null;
      const ranMs = Date.now() - startedAt;
      // Its last words are the reason, and may still be on their way when it is gone.
      const words = new Promise((done) => child.once('close', done));
      const limit = new Promise((done) => setTimeout(done, LAST_WORDS_MS).unref());
      void Promise.race([words, limit]).then(() => this.ended(code, signal, ranMs));
    });
  }

  /** SIGTERM, and after `limitMs` SIGKILL. Resolves to whether it went by itself. */
  async stop(limitMs: number): Promise<boolean> {
    this.stopping = true;
    clearTimeout(this.timer);
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return true;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    let hard = false;
    const limit = setTimeout(() => {
      hard = true;
      child.kill('SIGKILL');
    }, limitMs);
    await ended;
    clearTimeout(limit);
    return !hard;
  }

  kill(): void {
    this.stopping = true;
    clearTimeout(this.timer);
    this.child?.kill('SIGKILL');
  }

  private ended(code: number | null, signal: NodeJS.Signals | null, ranMs: number): void {
    if (this.stopping) return;
    if (ranMs > HEALTHY_MS) this.pause = FIRST_PAUSE_MS;
    const { log, name, say } = this.options;
    const how = signal === null ? `exit code ${code}` : signal;
    const { cause } = log;
    const why = code === 0 || cause === null ? '' : `: ${cause}`;
    say(`${name} ended (${how}${why}); starting it again in ${this.pause / 1000} s. Log: ${log.path}`);
    this.timer = setTimeout(() => this.start(), this.pause);
    this.pause = Math.min(LONGEST_PAUSE_MS, this.pause * 2);
  }
}
