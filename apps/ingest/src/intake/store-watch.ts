/** Milliseconds between two pings: with STORE_TIMEOUT_MS at its default an outage shows within 250 ms. */
const PING_EVERY_MS = 40;
const DEPTH_EVERY_MS = 500;

export interface WatchedStore {
  ping: () => Promise<void>;
  depth: () => Promise<number>;
}

/**
 * Knows at any moment whether the queue's store answers, and how deep the queue is, so that a request need not find
 * out by waiting. Goes down when a ping fails or takes longer than `timeoutMs`, and up again by the next that succeeds.
 */
export class StoreWatch {
  private timer: NodeJS.Timeout | undefined;
  private depthTimer: NodeJS.Timeout | undefined;
  private stopped = false;
  private up = true;
  private depthNow = 0;

  constructor(
    private readonly store: WatchedStore,
    private readonly timeoutMs: number,
    /** Called once each time that the store goes away or is back. */
    private readonly onChange: (up: boolean) => void,
  ) {}

  start(): void {
    void this.ping();
    void this.measure();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.depthTimer);
  }

  get available(): boolean {
    return this.up;
  }

  /** Jobs that are not done, as of half a second ago at most while the store answers. */
  get depth(): number {
    return this.depthNow;
  }

  private async ping(): Promise<void> {
    let settled = false;
    const late = setTimeout(() => {
      // A busy process runs late timers before it reads what arrived meanwhile: read first, then judge.
      setImmediate(() => settled || this.set(false));
    }, this.timeoutMs);
    try {
      // A client's own limit of time is a timer, too, that a busy process runs before it reads the answer: asked again at
      // once, a store that is there answers.
      await this.store.ping().catch(() => this.store.ping());
      this.set(true);
    } catch {
      this.set(false);
    }
    settled = true;
    clearTimeout(late);
    if (!this.stopped) this.timer = setTimeout(() => void this.ping(), PING_EVERY_MS);
  }

  private async measure(): Promise<void> {
    if (this.up) {
      try {
        this.depthNow = await this.store.depth();
      } catch {
        // The pings tell whether the store is away.
      }
    }
    if (!this.stopped) this.depthTimer = setTimeout(() => void this.measure(), DEPTH_EVERY_MS);
  }

  private set(up: boolean): void {
    if (this.stopped || up === this.up) return;
    this.up = up;
    this.onChange(up);
  }
}
