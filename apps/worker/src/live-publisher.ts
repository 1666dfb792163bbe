import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { BucketRow, ChangesMessage } from '#libs/contracts';
import type { LiveBus } from '#libs/live';
import type { Outcome } from '#libs/pipeline';
import { CLOCK, LOG, type Clock } from '#libs/platform';
import type { Logger } from 'pino';
import { BUS } from './worker.tokens.js';

/** Buckets in one message; a few hundred bytes each, so far below what the bus takes. */
const BUCKETS_A_MESSAGE = 2_000;
/** How often it tells its number, so that whoever begins to follow soon knows where it stands. */
const BEAT_MS = 2_000;

type Changed = Pick<Outcome, 'buckets' | 'sources' | 'recent' | 'receivedAt'> & { traceparent?: string | undefined };

/** Publishes what a commit changed, in numbered messages: a gateway that misses a number reloads. */
@Injectable()
export class LivePublisher implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly publisher = randomUUID();
  private n = 0;
  private beating = false;
  private timer: NodeJS.Timeout | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(BUS) private readonly bus: LiveBus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** Tells the gateways that there is a new worker: what its predecessor committed and did not tell, they read. */
  async onApplicationBootstrap(): Promise<void> {
    await this.beat();
    this.timer = setInterval(() => void this.beat(), BEAT_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async beat(): Promise<void> {
    if (this.beating) return;
    this.beating = true;
    const nothing = { buckets: [], sources: [], recent: [], receivedAt: null };
    await this.publish(nothing, this.clock.now()).catch((error: unknown) =>
      this.log.warn({ error: error instanceof Error ? error.message : String(error) }, 'live bus'),
    );
    this.beating = false;
  }

  /** Leaves out a number: much was changed elsewhere, and whoever follows reads what changed with the next beat. */
  haveReadAnew(): void {
    this.n++;
  }

  /** One commit after the other, so that numbers leave in order. */
  publish(...commit: [outcome: Changed, at: number]): Promise<void> {
    const sent = this.last.then(() => this.send(...commit));
    this.last = sent.catch(() => undefined);
    return sent;
  }

  private async send(outcome: Changed, at: number): Promise<void> {
    const { buckets, sources, recent, receivedAt, traceparent } = outcome;
    for (const [index, chunk] of chunks(buckets).entries()) {
      const first = index === 0;
      const message: ChangesMessage = {
        publisher: this.publisher,
        n: this.n++,
        at,
        receivedAt,
        buckets: chunk,
        sources: first ? sources : [],
        recent: first ? recent : [],
        ...(traceparent === undefined ? {} : { traceparent }),
      };
      await this.bus.publish('changes', message);
    }
  }
}

function chunks(buckets: readonly BucketRow[]): BucketRow[][] {
  if (buckets.length === 0) return [[]];
  const out: BucketRow[][] = [];
  for (let i = 0; i < buckets.length; i += BUCKETS_A_MESSAGE) out.push(buckets.slice(i, i + BUCKETS_A_MESSAGE));
  return out;
}
