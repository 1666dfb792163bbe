import { io, type Socket } from 'socket.io-client';
import { STALE_AFTER_MS } from '#libs/contracts';
import type { AlertsState, BoardState, ClientToServer, Notice, ServerToClient } from '#libs/contracts';
import {
  applyDelta,
  applySnapshot,
  applyTick,
  emptyScreen,
  sinceOf,
  type Effect,
  type ScreenState,
} from '../board-store.js';

export interface PhoneListener {
  alerts: (state: AlertsState) => void;
  numbers: (board: BoardState, at: number) => void;
  notice: (notice: Notice) => void;
  /** Whether what is shown is what the server has. */
  connected: (is: boolean) => void;
  /** The session is over. */
  refused: () => void;
}

const NUMBERS = 'board:overview';
const ANSWER_MS = 4_000;
const RETRY_MS = 2_000;
const REFUSALS = /forbidden|unauthori[sz]ed|unauthenticated|revoked|not-signed-in|401|403/i;

/** Follows open alerts and the overview's numbers while the page is in view; a phone in a pocket holds no connection. */
export class PhoneLive {
  private readonly socket: Socket<ServerToClient, ClientToServer>;
  private screen: ScreenState = emptyScreen(NUMBERS, Date.now());
  private heardAt = 0;
  private isConnected = false;
  private readonly guard: ReturnType<typeof setInterval>;

  constructor(private readonly listener: PhoneListener) {
    this.socket = io('/live', {
      transports: ['websocket', 'polling'],
      reconnectionDelay: 500,
      reconnectionDelayMax: 5_000,
      timeout: 5_000,
      autoConnect: !document.hidden,
    });
    this.socket.on('connect', () => void this.watch());
    this.socket.on('connect_error', (error: Error & { data?: unknown }) => {
      if (REFUSALS.test(`${error.message} ${JSON.stringify(error.data ?? '')}`)) listener.refused();
    });
    this.socket.on('revoked', () => listener.refused());
    this.socket.on('alerts', (state) => this.heard(() => listener.alerts(state)));
    this.socket.on('notice', (notice) => listener.notice(notice));
    this.socket.on('snapshot', (snapshot) => this.took(applySnapshot(this.screen, snapshot, Date.now())));
    this.socket.on('delta', (delta) => this.took(applyDelta(this.screen, delta, Date.now())));
    this.socket.on('tick', (tick) => {
      this.screen = applyTick(this.screen, tick, Date.now());
      this.heard(() => undefined, tick.fresh);
    });
    this.guard = setInterval(() => this.look(), 1_000);
    document.addEventListener('visibilitychange', this.turned);
    addEventListener('online', this.turned);
    addEventListener('offline', this.cut);
  }

  close(): void {
    clearInterval(this.guard);
    document.removeEventListener('visibilitychange', this.turned);
    removeEventListener('online', this.turned);
    removeEventListener('offline', this.cut);
    this.socket.disconnect();
  }

  private readonly turned = (): void => {
    if (document.hidden) this.socket.disconnect();
    else this.socket.disconnect().connect();
  };

  private readonly cut = (): void => this.say(false);

  private async watch(): Promise<void> {
    const since = sinceOf(this.screen);
    const request = { topics: ['alerts', NUMBERS], ...(since === undefined ? {} : { since }) };
    try {
      await this.socket.timeout(ANSWER_MS).emitWithAck('watch', request);
      this.heard(() => undefined);
    } catch {
      setTimeout(() => {
        if (this.socket.connected) void this.watch();
      }, RETRY_MS);
    }
  }

  private took([screen, effect]: [ScreenState, Effect]): void {
    this.screen = screen;
    if ('watch' in effect) {
      void this.watch();
      return;
    }
    this.heard(() => {
      if (screen.board && effect.draw !== 'nothing') this.listener.numbers(screen.board, Date.now() + screen.offset);
    });
  }

  private heard(tell: () => void, fresh = true): void {
    this.heardAt = Date.now();
    tell();
    this.say(fresh);
  }

  private look(): void {
    if (document.hidden || Date.now() - this.heardAt < STALE_AFTER_MS) return;
    this.say(false);
    // A socket that is silent though it looks open is opened anew.
    if (this.socket.connected && Date.now() - this.heardAt > 2 * STALE_AFTER_MS) {
      this.heardAt = Date.now();
      this.socket.disconnect().connect();
    }
  }

  private say(is: boolean): void {
    if (this.isConnected === is) return;
    this.isConnected = is;
    this.listener.connected(is);
  }
}
