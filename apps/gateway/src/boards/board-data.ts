import type { ChangesMessage } from '#libs/contracts';
import {
  allBoards,
  type Board,
  type BucketSet,
  FollowedBuckets,
  type LiveBus,
  needsOfBoards,
  needsOfIndicators,
  type SourceInfo,
} from '#libs/live';
import type { BucketReader } from '#libs/persistence';
import type { Clock } from '#libs/platform';
import type { Catalogue } from '#libs/sector-kit';
import type { Logger } from 'pino';
import { RecentEvents } from './recent-events.js';
import { loadRecent } from './recent-loader.js';

export interface BoardDataPorts {
  catalogue: Catalogue;
  reader: BucketReader;
  bus: LiveBus;
  clock: Clock;
  log: Logger;
}

/** So many that a quiet sector has lines beside a busy one. */
const RECENT_LOADED = 1_000;

/** What all boards are made from, in memory: followed buckets and sources, and the newest events. */
export class BoardData {
  readonly boards: readonly Board[];
  readonly recent: RecentEvents;
  private readonly followed: FollowedBuckets;

  constructor({ catalogue, ...ports }: BoardDataPorts) {
    this.boards = allBoards(catalogue);
    this.recent = new RecentEvents(catalogue);
    this.followed = new FollowedBuckets({
      ...ports,
      name: 'gateway',
      needsAt: (now) => {
        const moment = { at: now, live: true };
        const needs = needsOfBoards(this.boards, catalogue, moment);
        return needsOfIndicators(catalogue.allIndicators(), catalogue, moment, needs);
      },
      alsoLoad: async (now) => this.recent.add(await loadRecent(ports.reader, catalogue, now, RECENT_LOADED)),
    });
    this.followed.onChanges((message) => this.recent.add(message.recent));
  }

  get buckets(): BucketSet {
    return this.followed.buckets;
  }

  get sources(): readonly SourceInfo[] {
    return this.followed.sources;
  }

  /** Null while everything is followed; else since when the view may be behind, epoch ms. */
  get behindSince(): number | null {
    return this.followed.behindSince;
  }

  onChanges(listener: (message: ChangesMessage) => void): void {
    this.followed.onChanges(listener);
  }

  start(): Promise<void> {
    return this.followed.start();
  }

  stop(): Promise<void> {
    return this.followed.stop();
  }

  /** Sources were changed by an administrator. */
  loadSources(): Promise<void> {
    return this.followed.loadSources();
  }

  /** Loads everything again. */
  reload(): Promise<void> {
    return this.followed.reload();
  }
}
