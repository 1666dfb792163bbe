/** Wakes what works in rounds, so that it need not wait for its next one. Rings within this process only. */
export class Bell {
  private readonly listeners: (() => void)[] = [];

  onRing(listener: () => void): void {
    this.listeners.push(listener);
  }

  ring(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Rung when a group has become due. */
export class TellingBell extends Bell {}

/** Rung when a message was put into the queue of the channels. */
export class SendingBell extends Bell {}
