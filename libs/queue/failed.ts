import { decodeParts } from '#libs/contracts';
import type { Job, Queue } from 'bullmq';
import { type StoredJob, unpack } from './packing.js';

/** A job whose last try failed. */
export interface FailedJob {
  shard: number;
  id: string;
  /** `failed`: waits for the worker's next sweep; `delayed`: waits for its next try. */
  state: 'failed' | 'delayed';
  /** When it was acknowledged, ISO 8601. */
  addedAt: string;
  /** Tries in this round. */
  tries: number;
  /** What the last try said; at most 300 characters. */
  reason: string;
  batches: { batch: string; source: string; events: number }[];
}

/** Jobs are read in pages: one may hold 2,000 events. */
const PAGE = 20;

/** See `Queues.retryFailed`. */
export async function retryFailed(queues: readonly Queue<StoredJob>[], limit: number): Promise<number> {
  // What another worker's sweep took meanwhile is no longer failed; it must not keep the others from their round.
  const turns = queues.map((queue) => ({ queue, left: 0, ended: false }));
  let retried = 0;
  let trouble: unknown;
  // A page of each queue in turn: what fails again and again in one keeps no other from its round.
  for (const isOver = () => retried >= limit || turns.every(({ ended }) => ended); !isOver();)
    for (const turn of turns) {
      if (turn.ended || retried >= limit) continue;
      const { queue, left } = turn;
      // The oldest first: what fails again goes to the end, so that everything has its turn.
      const page = await queue.getJobs(['failed'], left, left + Math.min(PAGE, limit - retried) - 1, true);
      for (const job of page) {
        try {
          await job.retry('failed', { resetAttemptsMade: true });
          retried++;
        } catch (error) {
          trouble = error;
          turn.left++;
        }
      }
      turn.ended = page.length === 0 || turn.left >= PAGE;
    }
  if (turns.some(({ left }) => left >= PAGE)) throw trouble;
  return retried;
}

/** See `Queues.listFailed`. */
export async function listFailed(queues: readonly Queue<StoredJob>[], limit: number): Promise<FailedJob[]> {
  const found: FailedJob[] = [];
  for (const [shard, queue] of queues.entries())
    for (const state of ['failed', 'delayed'] as const) {
      for (let from = 0; found.length < limit;) {
        const page = await queue.getJobs([state], from, from + Math.min(PAGE, limit - found.length) - 1, true);
        found.push(...page.map((job) => told(job, shard, state)));
        from += page.length;
        if (page.length === 0) break;
      }
    }
  return found;
}

function told(job: Job<StoredJob>, shard: number, state: FailedJob['state']): FailedJob {
  return {
    shard,
    id: job.id ?? '',
    state,
    addedAt: new Date(job.timestamp).toISOString(),
    tries: job.attemptsMade,
    reason: (job.failedReason ?? '').slice(0, 300),
    batches: decodeParts(unpack(job.data).parts).map(({ batch, source, events }) => {
      return { batch, source, events: events.length };
    }),
  };
}
