import { inTransaction } from '#libs/persistence';
import type { LiveBus } from '#libs/live';
import type { Clock } from '#libs/platform';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Severity } from '#libs/contracts';
import type { AlertWorld } from '../alert-world.js';
import type { AlerterMetrics } from '../alerter-metrics.js';
import type { SendingBell, TellingBell } from '../bells.js';
import type { TellingWorld } from './queue-about.js';
import { tellDueGroup } from './tell-group.js';

export interface TellerPorts {
  pool: pg.Pool;
  bus: LiveBus;
  clock: Clock;
  log: Logger;
  world: AlertWorld;
  within: (unit: string, above: string) => boolean;
  agencyName: TellingWorld['agencyName'];
  metrics: AlerterMetrics;
  bell: TellingBell;
  sending: SendingBell;
}

const EVERY_MS = 500;
const PAUSE_AFTER_ERROR_MS = 1_000;

/**
 * Tells groups that are due, one a transaction, in every alerter at once: whoever locks a group has it. What is critical
 * has a lane of its own, so that it never waits for a storm of something milder.
 */
export class Teller {
  private readonly lanes: Lane[];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly ports: TellerPorts) {
    this.lanes = [new Lane(() => this.one('critical'), ports.log), new Lane(() => this.one(null), ports.log)];
    ports.bell.onRing(() => this.wake());
  }

  start(): void {
    this.timer = setInterval(() => this.wake(), EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.lanes.map((lane) => lane.stop()));
  }

  private wake(): void {
    for (const lane of this.lanes) lane.wake();
  }

  /** False: nothing is due. */
  private async one(only: Severity | null): Promise<boolean> {
    const { agencyName, bus, clock, metrics, pool, sending, within, world } = this.ports;
    const seen = { setup: world.setup, isHoliday: world.isHoliday, within, agencyName };
    const told = await inTransaction(pool, (client) => tellDueGroup(client, seen, clock.now(), only));
    if (told === null) return false;
    for (const kind of told.messages) metrics.messages(kind, 1);
    if (told.messages.length > 0) sending.ring();
    if (told.alerts.length > 0)
      bus.publish('alerts', { ids: told.alerts, more: false, setup: false }).catch(() => undefined);
    return true;
  }
}

/** Works until nothing is left, one at a time; woken during work it looks once more. */
class Lane {
  private running: Promise<void> | null = null;
  private again = false;
  private stopped = false;

  constructor(
    private readonly work: () => Promise<boolean>,
    private readonly log: Logger,
  ) {}

  wake(): void {
    this.again = true;
    if (this.stopped) return;
    this.running ??= this.run().finally(() => (this.running = null));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.again && !this.stopped) {
      this.again = false;
      try {
        while (!this.stopped && (await this.work()));
      } catch (error) {
        this.log.warn({ error: error instanceof Error ? error.message : String(error) }, 'telling');
        await new Promise((done) => setTimeout(done, PAUSE_AFTER_ERROR_MS));
      }
    }
  }
}
