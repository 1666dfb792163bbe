import type { ClientToServer, ServerToClient, Tick } from '#libs/contracts';
import type { DefaultEventsMap, Namespace, Socket } from 'socket.io';
import type { Viewer } from '../access/viewer.js';
import type { Flush, Shown } from '../boards/live-boards.js';

/** What the gateway knows of a socket. */
export interface SocketData {
  viewer: Viewer;
  address: string;
  watching: Map<string, Shown>;
  /** Of access, when the viewer was found. */
  revision: number;
}

export type LiveSocket = Socket<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;
export type LiveNamespace = Namespace<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;

/** Packets that may wait for a slow socket before it is passed over. */
const MAX_WAITING = 32;
/** A socket that does not drain for this long is dropped; its screen connects again. */
const MAX_BEHIND_MS = 30_000;

/**
 * Sends to the sockets that watch. A delta is encoded once for all of a topic. A socket that does not drain gets
 * nothing more until it has, and then one fresh snapshot: memory for it stays bounded, and it never lags behind by
 * more than the last packets under way.
 */
export class Audience {
  private readonly watchers = new Map<string, Set<LiveSocket>>();
  private readonly behind = new Map<LiveSocket, { since: number; shown: Map<string, Shown> }>();

  constructor(private readonly namespace: LiveNamespace) {}

  /** From now on the socket follows; a snapshot goes first unless it has the current state already. */
  join(socket: LiveSocket, shown: Shown, since: { epoch: string; seq: number } | undefined): void {
    socket.data.watching.set(shown.topic.name, shown);
    const watchers = this.watchers.get(shown.key) ?? new Set();
    watchers.add(socket);
    this.watchers.set(shown.key, watchers);
    if (!shown.topic.isCurrent(since)) socket.emit('snapshot', shown.topic.snapshot());
    void socket.join(shown.key);
  }

  /** Returns what the socket watched under this name, if anything. */
  leave(socket: LiveSocket, topic: string): Shown | undefined {
    const shown = socket.data.watching.get(topic);
    if (!shown) return undefined;
    socket.data.watching.delete(topic);
    void socket.leave(shown.key);
    const watchers = this.watchers.get(shown.key);
    watchers?.delete(socket);
    if (watchers?.size === 0) this.watchers.delete(shown.key);
    this.behind.get(socket)?.shown.delete(shown.key);
    return shown;
  }

  /** Forgets a closed socket; returns what it watched. */
  drop(socket: LiveSocket): Shown[] {
    const shown = [...socket.data.watching.keys()].flatMap((topic) => this.leave(socket, topic) ?? []);
    this.behind.delete(socket);
    return shown;
  }

  send({ shown, delta }: Flush, now: number): void {
    const watchers = this.watchers.get(shown.key);
    if (!watchers) return;
    for (const socket of watchers) if (waiting(socket) > MAX_WAITING) this.passOver(socket, shown, now);
    this.namespace.to(shown.key).emit('delta', delta);
  }

  tick(tick: Tick): void {
    for (const socket of this.namespace.sockets.values()) {
      if (waiting(socket) <= MAX_WAITING) socket.emit('tick', tick);
    }
  }

  /** Sockets that have drained get the state as it is now. */
  catchUp(now: number): void {
    for (const [socket, { since, shown }] of this.behind) {
      if (waiting(socket) === 0) {
        this.behind.delete(socket);
        for (const one of shown.values()) {
          socket.emit('snapshot', one.topic.snapshot());
          void socket.join(one.key);
        }
      } else if (now - since > MAX_BEHIND_MS) {
        socket.disconnect(true);
      }
    }
  }

  get slow(): number {
    return this.behind.size;
  }

  private passOver(socket: LiveSocket, shown: Shown, now: number): void {
    const entry = this.behind.get(socket) ?? { since: now, shown: new Map<string, Shown>() };
    entry.shown.set(shown.key, shown);
    this.behind.set(socket, entry);
    void socket.leave(shown.key);
  }
}

/** Whether a socket holds back so much that it is passed over. */
export const isSlow = (socket: LiveSocket): boolean => waiting(socket) > MAX_WAITING;

/** Packets that the engine holds back because the connection does not take them. */
const waiting = (socket: LiveSocket): number =>
  (socket.conn as unknown as { writeBuffer: readonly unknown[] }).writeBuffer.length;
