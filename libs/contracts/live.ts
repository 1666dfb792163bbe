import type { AlertsState, Notice } from './alert.js';
import type { BoardState, TileState } from './board.js';
import type { Resolution } from './period.js';
import type { Text } from './text.js';

/** --- Live bus: between worker, doors and gateways --- */

/**
 * A bucket after a commit: absolute values, so that applying it twice or late does no harm. Of two rows of one
 * bucket the one with the higher `version` is the newer.
 */
export interface BucketRow {
  metric: string;
  /** Values in the order of the metric's `dims`. */
  dims: string[];
  resolution: Resolution;
  /** Start of the period, epoch ms; 0 for resolution `now`. */
  start: number;
  count: number;
  sum: number;
  min: number | null;
  max: number | null;
  /** Newest observation by event time, and that time. */
  last: number | null;
  lastAt: number | null;
  version: number;
}

export interface SourceSeen {
  source: string;
  lastEvent: number | null;
  lastSeen: number;
}

export interface RecentEvent {
  source: string;
  id: string;
  type: string;
  time: number;
  unit: string | null;
  text: Text;
}

/** What one commit changed. A receiver that misses an `n` of a publisher reloads from the database. */
export interface ChangesMessage {
  publisher: string;
  n: number;
  /** When it was committed, epoch ms. */
  at: number;
  /** When the oldest new event of it was received at the door; null when nothing new was stored. */
  receivedAt: number | null;
  buckets: BucketRow[];
  sources: SourceSeen[];
  recent: RecentEvent[];
  /** W3C trace context of the oldest batch behind it, where traces are on. */
  traceparent?: string;
  /** From somebody who only follows and hears itself by it; it says nothing about what was committed. */
  follower?: true;
}

/** Access was changed: holders drop what they cached and cut who is out. */
export interface AccessMessage {
  kind: 'source' | 'device' | 'wall-link' | 'session' | 'user' | 'unit';
  id: string;
}

/** Alerts were changed: holders read them anew. */
export interface AlertsMessage {
  /** At most 200; more were changed when `more`. */
  ids: string[];
  more: boolean;
  /** Rules, policies, silences, channels or settings were changed. */
  setup: boolean;
}

/** Messages to people in the application. */
export interface NoticeMessage {
  /** Logins. */
  to: string[];
  notice: Notice;
}

/** Live bus topics → payload. */
export interface BusMessages {
  changes: ChangesMessage;
  access: AccessMessage;
  alerts: AlertsMessage;
  notice: NoticeMessage;
}

/** --- Socket protocol, namespace `/live` --- */

export interface WatchRequest {
  /** `board:<id>` or `alerts`; at most 20. */
  topics: string[];
  /** What the screen already has, by topic; saves a snapshot when it is still current. */
  since?: Record<string, { epoch: string; seq: number }>;
}

export interface WatchReply {
  ok: boolean;
  /** Topics refused, each with its reason. */
  refused: { topic: string; code: 'forbidden' | 'unknown' | 'invalid' | 'too-many'; message: string }[];
}

export interface Snapshot {
  topic: string;
  epoch: string;
  seq: number;
  at: number;
  state: BoardState;
}

/** Tiles whose state changed between `from` and `seq`; a client whose seq is not `from` watches again. */
export interface Delta {
  topic: string;
  epoch: string;
  from: number;
  seq: number;
  at: number;
  changes: Record<string, TileState>;
}

/** Proof of life, every `TICK_EVERY_MS`, whether or not anything changed. */
export interface Tick {
  at: number;
  /** False while the gateway's own view may be behind (bus or database away), since when. */
  fresh: boolean;
  since?: number;
}

export const TICK_EVERY_MS = 2_000;
/** A screen without any message for this long says that it is stale. */
export const STALE_AFTER_MS = 5_000;

export interface ServerToClient {
  snapshot: (snapshot: Snapshot) => void;
  delta: (delta: Delta) => void;
  tick: (tick: Tick) => void;
  /** The whole state of the topic `alerts`, whenever it changed. */
  alerts: (state: AlertsState) => void;
  /** To the person who is signed in. */
  notice: (notice: Notice) => void;
  /** Access was withdrawn; the socket closes after it. */
  revoked: () => void;
}
export interface ClientToServer {
  watch: (request: WatchRequest, reply: (answer: WatchReply) => void) => void;
  unwatch: (request: { topics: string[] }, reply: (answer: { ok: true }) => void) => void;
}
