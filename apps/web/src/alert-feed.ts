import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { STALE_AFTER_MS } from '#libs/contracts';
import type { AlertsState, ClientToServer, Notice, ServerToClient } from '#libs/contracts';

export interface FeedListener {
  alerts?: (state: AlertsState) => void;
  notice?: (notice: Notice) => void;
  /** Whether what is shown is followed. */
  alive?: (is: boolean) => void;
}

/** Open alerts and messages of the person who is signed in, for as long as the page lives. */
export class AlertFeed {
  state: AlertsState | null = null;
  private readonly listeners = new Set<FeedListener>();
  private readonly socket: Socket<ServerToClient, ClientToServer>;
  private heardAt = Date.now();
  private alive = false;

  constructor() {
    this.socket = io('/live', {
      transports: ['websocket', 'polling'],
      reconnectionDelay: 500,
      reconnectionDelayMax: 4_000,
      timeout: 4_000,
    });
    this.socket.on('connect', () => void this.socket.emit('watch', { topics: ['alerts'] }, () => undefined));
    this.socket.on('alerts', (state) => {
      this.state = state;
      this.heard();
      for (const { alerts } of this.listeners) alerts?.(state);
    });
    this.socket.on('tick', ({ fresh }) => (fresh ? this.heard() : this.tell(false)));
    this.socket.on('notice', (notice) => {
      for (const listener of this.listeners) listener.notice?.(notice);
    });
    this.socket.on('disconnect', (reason) => {
      if (reason === 'io server disconnect') setTimeout(() => this.socket.connect(), 5_000);
    });
    setInterval(() => {
      if (Date.now() - this.heardAt > STALE_AFTER_MS) this.tell(false);
    }, 1_000);
  }

  /** Returns how to leave. What is known already is told at once. */
  follow(listener: FeedListener): () => void {
    this.listeners.add(listener);
    listener.alive?.(this.alive);
    if (this.state !== null) listener.alerts?.(this.state);
    return () => this.listeners.delete(listener);
  }

  private heard(): void {
    this.heardAt = Date.now();
    this.tell(this.state !== null);
  }

  private tell(is: boolean): void {
    if (this.alive === is) return;
    this.alive = is;
    for (const { alive } of this.listeners) alive?.(is);
  }
}

let feed: AlertFeed | undefined;

/** One for all parts of a page. */
export const alertFeed = (): AlertFeed => (feed ??= new AlertFeed());
