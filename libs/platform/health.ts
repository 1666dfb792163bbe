import { type Clock, systemClock } from './clock.js';

/** Resolves when the thing works; rejects with a sentence when not. */
export type HealthCheck = () => Promise<unknown>;

export interface HealthReport {
  status: 'ready' | 'not-ready';
  /** Name of each check → `up`, or what is wrong with it. */
  checks: Record<string, string>;
}

/**
 * Whether this process should get work. Stores, queue and bus register a check each; while draining it is never
 * ready. Answers are kept for `keepMs`, so that probes cannot load a store.
 */
export class Health {
  private readonly checks = new Map<string, { check: HealthCheck; timeoutMs: number }>();
  private draining = false;
  private last: { at: number; report: Promise<HealthReport> } | null = null;

  constructor(
    private readonly clock: Clock = systemClock,
    private readonly keepMs = 500,
  ) {}

  /** Registers a check; one of the same name is replaced. */
  register(name: string, check: HealthCheck, timeoutMs = 1_000): void {
    this.checks.set(name, { check, timeoutMs });
    this.last = null;
  }

  /** From now on not ready: the process is stopping. */
  drain(): void {
    this.draining = true;
    this.last = null;
  }

  get isDraining(): boolean {
    return this.draining;
  }

  async ready(): Promise<HealthReport> {
    if (this.draining) return { status: 'not-ready', checks: { process: 'stopping' } };
    const now = this.clock.now();
    if (!this.last || now - this.last.at >= this.keepMs) this.last = { at: now, report: this.run() };
    return this.last.report;
  }

  private async run(): Promise<HealthReport> {
    const answers = await Promise.all(
      [...this.checks].map(async ([name, { check, timeoutMs }]) => [name, await outcome(check, timeoutMs)] as const),
    );
    const down = answers.some(([, state]) => state !== 'up');
    return { status: down ? 'not-ready' : 'ready', checks: Object.fromEntries(answers) };
  }
}

/** The reason shown is the error's code or kind: messages of drivers may hold addresses and users. */
async function outcome(check: HealthCheck, timeoutMs: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<string>((done) => {
    timer = setTimeout(() => done(`no answer within ${timeoutMs} ms`), timeoutMs);
  });
  const asked = (async () => {
    try {
      await check();
      return 'up';
    } catch (error) {
      const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
      return `down: ${code ?? (error instanceof Error ? error.name : 'error')}`;
    }
  })();
  try {
    return await Promise.race([asked, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
