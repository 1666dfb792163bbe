import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { STALE_AFTER_MS } from '#libs/contracts';
import type { AlertsState, ClientToServer, ServerToClient, WatchReply, WatchRequest } from '#libs/contracts';
import { applyDelta, applySnapshot, applyTick, emptyScreen, sinceOf } from './board-store.js';
import type { Effect, ScreenState } from './board-store.js';

/** Why a screen may not show its board. */
export type Denied = 'no-access' | 'other-boards' | 'revoked' | 'unknown-board';

export interface LiveListener {
  /** The board changed. */
  changed: (state: ScreenState, effect: Effect) => void;
  /** A message came that changes no tile. */
  heard: (state: ScreenState) => void;
  denied: (why: Denied) => void;
  /** Open alerts of the viewer; never called where there are none to be had. */
  alerts: (state: AlertsState) => void;
}

const ALERTS = 'alerts';
const RETRY_MS = 1_000;
const DENIED_RETRY_MS = 15_000;
const ANSWER_MS = 4_000;
const DENIALS = /forbidden|unauthori[sz]ed|unauthenticated|revoked|401|403/i;

/**
 * Follows one board, and the open alerts, for as long as the page lives: connects again for ever, at most two seconds apart, watches again
 * after a gap, and gives up a connection that is silent though it looks open.
 */
export class LiveClient {
  private state: ScreenState;
  private readonly socket: Socket<ServerToClient, ClientToServer>;
  private watching = false;
  /** False from a cut or a gap until the gateway has answered for the topic: a tick alone proves no number. */
  private synced = false;
  private denied = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly guard: ReturnType<typeof setInterval>;
  private openedAt = 0;
  private closed = false;

  constructor(
    topic: string,
    private readonly token: string | null,
    private readonly listener: LiveListener,
    private readonly now: () => number = () => performance.timeOrigin + performance.now(),
  ) {
    this.state = emptyScreen(topic, this.now());
    this.socket = io('/live', {
      auth: token === null ? {} : { token },
      transports: ['websocket', 'polling'],
      reconnectionDelay: 250,
      reconnectionDelayMax: 2_000,
      timeout: 4_000,
    });
    this.socket.on('connect', () => {
      this.openedAt = this.now();
      this.synced = false;
      this.denied = false;
      void this.watch();
    });
    this.socket.on('connect_error', (error) => this.failed(error));
    this.socket.on('disconnect', (reason) => {
      // The library leaves it to us after a goodbye of the server.
      if (reason === 'io server disconnect') this.later(this.denied ? DENIED_RETRY_MS : RETRY_MS);
    });
    this.socket.on('snapshot', (snapshot) => {
      this.synced = true;
      this.took(applySnapshot(this.state, snapshot, this.now()));
    });
    this.socket.on('delta', (delta) => this.took(applyDelta(this.state, delta, this.now())));
    this.socket.on('alerts', (alerts) => this.listener.alerts(alerts));
    this.socket.on('tick', (tick) => {
      if (!this.synced) return;
      this.state = applyTick(this.state, tick, this.now());
      this.listener.heard(this.state);
    });
    this.socket.on('revoked', () => {
      this.denied = true;
      this.listener.denied('revoked');
      this.later(DENIED_RETRY_MS);
    });
    this.guard = setInterval(() => this.wake(), 1_000);
  }

  get screen(): ScreenState {
    return this.state;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.retry);
    clearInterval(this.guard);
    this.socket.disconnect();
  }

  private took([state, effect]: [ScreenState, Effect]): void {
    this.state = state;
    if ('watch' in effect) {
      this.synced = false;
      void this.watch();
    } else if (effect.draw === 'nothing') this.listener.heard(state);
    else this.listener.changed(state, effect);
  }

  private async watch(): Promise<void> {
    if (this.watching || this.closed) return;
    this.watching = true;
    const since = sinceOf(this.state);
    const request: WatchRequest = { topics: [this.state.topic, ALERTS], ...(since === undefined ? {} : { since }) };
    let answer: WatchReply | undefined;
    try {
      answer = await this.socket.timeout(ANSWER_MS).emitWithAck('watch', request);
    } catch {
      answer = undefined; // no answer in time
    }
    this.watching = false;
    const refused = answer?.refused.find((refusal) => refusal.topic === this.state.topic);
    // A wall without alerts is a wall all the same.
    if (answer !== undefined && answer.refused.every(({ topic }) => topic === ALERTS)) {
      this.synced = true;
    } else if (refused?.code === 'forbidden' || refused?.code === 'unknown' || refused?.code === 'invalid') {
      this.listener.denied(refused.code === 'forbidden' ? 'other-boards' : 'unknown-board');
      this.again(DENIED_RETRY_MS);
    } else if (this.socket.connected) {
      this.again(RETRY_MS);
    }
  }

  private again(ms: number): void {
    setTimeout(() => {
      if (this.socket.connected) void this.watch();
    }, ms);
  }

  private failed(error: Error & { data?: unknown }): void {
    const refused = DENIALS.test(`${error.message} ${JSON.stringify(error.data ?? '')}`);
    if (refused && this.token !== null) {
      // A link that is over must not lock out somebody who has signed in: the session is tried in turn.
      const session = 'token' in this.socket.auth;
      this.socket.auth = session ? {} : { token: this.token };
      if (session) {
        this.later(0);
        return;
      }
    }
    if (refused) this.listener.denied('no-access');
    if (!this.socket.active) this.later(refused ? DENIED_RETRY_MS : RETRY_MS);
  }

  private later(ms: number): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => {
      if (!this.closed && !this.socket.connected) this.socket.connect();
    }, ms);
  }

  /** A cable pulled out leaves the socket open for minutes: after twice the stale time it is opened anew. */
  private wake(): void {
    const silent = this.now() - Math.max(this.state.heardAt, this.openedAt);
    if (this.socket.connected && silent > 2 * STALE_AFTER_MS) {
      this.openedAt = this.now();
      this.socket.disconnect().connect();
    }
  }
}
