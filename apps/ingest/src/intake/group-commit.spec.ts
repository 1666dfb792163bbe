import { describe, expect, test } from '@jest/globals';
import { type BatchPart, decodeParts, type EventJob, type HubEvent } from '#libs/contracts';
import { GroupCommit } from './group-commit.js';

let serial = 0;
function part(source: string, count: number): BatchPart {
  const event = (): HubEvent => ({ id: `e${serial++}`, source, type: 't', time: 1, data: {} });
  const events = Array.from({ length: count }, event);
  return { batch: `b${serial++}`, source, at: 1, via: 'http', events, rejected: [], rejectedTotal: 0 };
}

/** A store whose jobs become durable when the test says so. */
function store() {
  const jobs: { parts: BatchPart[]; done: () => void; fail: () => void }[] = [];
  const add = (_shard: number, job: EventJob): Promise<void> =>
    new Promise((done, fail) => jobs.push({ parts: decodeParts(job.parts), done, fail: () => fail(new Error('no')) }));
  return { jobs, add };
}
const turn = (): Promise<void> => new Promise((done) => setImmediate(() => setImmediate(done)));
const options = { shards: 1, traceparent: () => undefined, waitMs: 0, inFlight: 1 };

describe('GroupCommit', () => {
  test('what comes while a job is on its way goes together into the next', async () => {
    const { jobs, add } = store();
    const commit = new GroupCommit({ ...options, add });
    const first = commit.submit(0, part('a', 1));
    await turn();
    const later = [commit.submit(0, part('a', 1)), commit.submit(0, part('b', 2)), commit.submit(0, part('a', 3))];
    await turn();
    expect(jobs).toHaveLength(1);
    jobs[0]?.done();
    await first;
    await turn();
    expect(jobs).toHaveLength(2);
    expect(jobs[1]?.parts.map((each) => [each.source, each.events.length])).toEqual([
      ['a', 1],
      ['a', 3],
      ['b', 2],
    ]);
    expect(commit.waiting).toBe(6);
    jobs[1]?.done();
    await Promise.all(later);
    await turn();
    expect(commit.waiting).toBe(0);
  });

  test('a part is answered only after its job is durable', async () => {
    const { jobs, add } = store();
    const commit = new GroupCommit({ ...options, add });
    let answered = false;
    const submitted = commit.submit(0, part('a', 1)).then(() => (answered = true));
    await turn();
    expect([jobs.length, answered]).toEqual([1, false]);
    jobs[0]?.done();
    await submitted;
  });

  test('a flood of one source does not keep another out of the next job', async () => {
    const { jobs, add } = store();
    const commit = new GroupCommit({ ...options, add, jobEvents: 1_000 });
    const all = [commit.submit(0, part('start', 1_000))];
    for (let i = 0; i < 50; i++) all.push(commit.submit(0, part('flood', 200)));
    all.push(commit.submit(0, part('quiet', 1)));
    jobs[0]?.done();
    await turn();
    expect(jobs[1]?.parts.map((each) => each.source)).toContain('quiet');
    commit.abandon();
    await Promise.allSettled(all);
  });

  test('what is pending is bounded, of one source and in all', async () => {
    const { add } = store();
    const commit = new GroupCommit({ ...options, add, maxPending: 30, maxPendingOfSource: 20, jobEvents: 5 });
    const taken = [commit.submit(0, part('first', 5)), commit.submit(0, part('a', 15))];
    await expect(commit.submit(0, part('a', 6))).rejects.toMatchObject({ reason: 'busy' });
    taken.push(commit.submit(0, part('b', 8)));
    await expect(commit.submit(0, part('c', 8))).rejects.toMatchObject({ reason: 'busy' });
    commit.abandon();
    expect((await Promise.allSettled(taken)).map((each) => each.status)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  test('when the store goes away everybody is told at once, those on their way too, and it works again after', async () => {
    const { jobs, add } = store();
    const commit = new GroupCommit({ ...options, add });
    const flying = commit.submit(0, part('a', 1));
    await turn();
    const waiting = commit.submit(0, part('b', 1));
    commit.abandon();
    await expect(flying).rejects.toMatchObject({ reason: 'away' });
    await expect(waiting).rejects.toMatchObject({ reason: 'away' });
    jobs[0]?.fail();
    await turn();
    const next = commit.submit(0, part('a', 1));
    await turn();
    jobs[1]?.done();
    await next;
    await turn();
    expect(commit.waiting).toBe(0);
  });

  test('a store that hangs: everybody is told, whoever comes next at once; taken again when it moves', async () => {
    const { jobs, add } = store();
    const commit = new GroupCommit({ ...options, shards: 2, add, addTimeoutMs: 500 });
    const hung = commit.submit(0, part('a', 1));
    await turn();
    const behind = commit.submit(0, part('b', 2));
    const elsewhere = commit.submit(1, part('c', 1));
    await turn();
    jobs[1]?.done();
    await elsewhere;
    await Promise.all([hung, behind].map((one) => expect(one).rejects.toMatchObject({ reason: 'away' })));
    await turn();
    expect(commit.waiting).toBe(0);
    await expect(commit.submit(0, part('d', 1))).rejects.toMatchObject({ reason: 'away' });
    // Nothing that was refused went to the store behind its sender's back, and the other shard goes on.
    expect(jobs).toHaveLength(2);
    jobs[0]?.done();
    await turn();
    const after = commit.submit(0, part('d', 1));
    await turn();
    jobs[2]?.done();
    await after;
  });
});
