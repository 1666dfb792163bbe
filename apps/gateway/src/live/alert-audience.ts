import type { AlertsState } from '#libs/contracts';
import { scopeKey, type Scope } from '#libs/live';
import { isSlow, type LiveNamespace, type LiveSocket } from './audience.js';

/** Where the state of a scope comes from; the same object while nothing has changed. */
export interface AlertStates {
  stateOf(scope: Scope): AlertsState;
}

/**
 * Sends the topic `alerts` to the sockets that watch it: the whole state at each change, made once for each scope. A socket
 * that does not drain is passed over, and gets the state as it is then.
 */
export class AlertAudience {
  private readonly watchers = new Map<LiveSocket, AlertsState>();

  constructor(
    private readonly states: AlertStates,
    private readonly namespace: LiveNamespace,
  ) {}

  get size(): number {
    return this.watchers.size;
  }

  has(socket: LiveSocket): boolean {
    return this.watchers.has(socket);
  }

  join(socket: LiveSocket): void {
    const state = this.states.stateOf(socket.data.viewer.scope);
    this.watchers.set(socket, state);
    socket.emit('alerts', state);
  }

  leave(socket: LiveSocket): void {
    this.watchers.delete(socket);
  }

  /** Sends to each what it does not have yet. Called at each change, and now and then for those that were slow. */
  flush(): void {
    const due = new Map<string, { state: AlertsState; sockets: LiveSocket[] }>();
    for (const [socket, has] of this.watchers) {
      if (isSlow(socket)) continue;
      const { scope } = socket.data.viewer;
      const state = this.states.stateOf(scope);
      if (state === has) continue;
      const key = scopeKey(scope);
      const group = due.get(key) ?? { state, sockets: [] };
      group.sockets.push(socket);
      due.set(key, group);
    }
    for (const { state, sockets } of due.values()) {
      for (const socket of sockets) this.watchers.set(socket, state);
      // One message for all of them: it is encoded once.
      this.namespace.to(sockets.map(({ id }) => id)).emit('alerts', state);
    }
  }
}
