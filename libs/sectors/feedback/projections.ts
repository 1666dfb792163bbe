import { DAY_MS, HOUR_MS } from '#libs/contracts';
import {
  latest,
  type Latest,
  projection,
  type Projection,
  readTime,
  type Share,
  type WorkingClock,
} from '#libs/sector-kit';
import type { PetitionStepDto } from './feedback.dto.js';
import type { FeedbackSettings } from './settings.js';

export const STEP = 'vn.ioc.feedback.petition.moved.v1';

type StepName = PetitionStepDto['step'];

interface PetitionState {
  unit?: Latest<string>;
  field?: Latest<string>;
  agency?: Latest<string>;
  /** 1 satisfied, 0 not. */
  satisfied?: Latest<number>;
  steps: Steps;
}

/** Times of each step, oldest first: the first one counts, but for the questions to the citizen and the answers. */
type Steps = Partial<Record<StepName, number[]>>;

/** Of each step. Of more the oldest stay. */
const MOST_TIMES = 50;

/** What the limits make of a petition. Times are epoch ms. */
export interface Standing {
  state: 'open' | 'waiting' | 'overdue' | 'refused' | 'resolved';
  /** Whether each limit that applies was or is kept. */
  kept: Partial<Record<'refuse' | 'ask' | 'resolve' | 'publish', boolean>>;
  until: number | null;
}

/** A petition by its number: where it stands and which of its time limits were kept. */
export const petition = (settings: FeedbackSettings, clock: WorkingClock): Projection =>
  projection<PetitionState, PetitionStepDto>({
    name: 'petition',
    types: [STEP],
    key: ({ data }) => data.petition,
    fold: (before, { data, time, unit }) => {
      const times = new Set(before?.steps[data.step]).add(readTime(data.at) ?? time);
      const state: PetitionState = { ...before, steps: { ...before?.steps } };
      state.steps[data.step] = [...times].sort((a, b) => a - b).slice(0, MOST_TIMES);
      const set = <K extends 'unit' | 'field' | 'agency'>(key: K, value: string | undefined): void => {
        const known = latest(state[key], time, value);
        if (known) state[key] = known;
      };
      set('unit', unit);
      set('field', data.field);
      set('agency', data.agency);
      const satisfied = latest(
        state.satisfied,
        time,
        data.satisfied === undefined ? undefined : Number(data.satisfied),
      );
      if (satisfied) state.satisfied = satisfied;
      return state;
    },
    shares: (state, now) => {
      const received = state.steps.received?.[0];
      const resolved = state.steps.resolved?.[0];
      if (received === undefined) return { shares: [], until: null };
      const place = [state.unit?.[1] ?? '', state.field?.[1] ?? 'unknown'];
      const standing = standingOf(state.steps, now, settings, clock);
      const shares: Share[] = [
        { metric: 'feedback.received', dims: place, value: 1, at: received },
        { metric: 'feedback.standing', dims: [...place, state.agency?.[1] ?? 'unknown', standing.state], value: 1 },
      ];
      for (const [limit, kept] of Object.entries(standing.kept))
        shares.push({
          metric: 'feedback.limits',
          dims: [...place, limit, kept ? 'yes' : 'no'],
          value: 1,
          at: received,
        });
      if (state.satisfied && resolved !== undefined)
        shares.push({
          metric: 'feedback.rated',
          dims: [...place, state.satisfied[1] === 1 ? 'yes' : 'no'],
          value: 1,
          at: resolved,
        });
      return { shares, until: standing.until };
    },
  });

/** Where a petition stands by its steps. */
export function standingOf(
  steps: Steps,
  now: number,
  { refuseDays, askDays, resolveDays, publishDays }: FeedbackSettings,
  clock: WorkingClock,
): Standing {
  const [received = now] = steps.received ?? [];
  const [asked, refused, resolved, published] = (['asked', 'refused', 'resolved', 'published'] as const).map(
    (step) => steps[step]?.[0],
  );
  const within = (from: number, days: number): number => clock.add(from, days, 'working-days');
  const kept: Standing['kept'] = {};
  if (asked !== undefined) kept.ask = asked <= within(received, askDays);
  if (refused !== undefined) {
    kept.refuse = refused <= within(received, refuseDays);
    return { state: 'refused', kept, until: null };
  }
  const due = resolveDue(within(received, resolveDays), steps, clock);
  if (resolved !== undefined) {
    kept.resolve = due === null || resolved <= due;
    const publishDue = within(resolved, publishDays);
    if (published !== undefined || now > publishDue) kept.publish = published !== undefined && published <= publishDue;
    return { state: 'resolved', kept, until: published === undefined && now <= publishDue ? publishDue + 1 : null };
  }
  // While it waits for the citizen no time runs.
  if (due === null) return { state: 'waiting', kept, until: null };
  if (now <= due) return { state: 'open', kept, until: due + 1 };
  kept.resolve = false;
  return { state: 'overdue', kept, until: null };
}

/** When it must be resolved: later by the working time that it waited; null while it waits. */
function resolveDue(due: number, { asked = [], answered = [] }: Steps, clock: WorkingClock): number | null {
  let waited = 0;
  let waitedUntil = -Infinity;
  for (const from of asked) {
    // Asked again while it waits: the same wait.
    if (from < waitedUntil) continue;
    const until = answered.find((time) => time >= from);
    if (until === undefined) return null;
    waited += clock.between(from, Math.min(until, from + LONGEST_WAIT_MS));
    waitedUntil = until;
  }
  return waited === 0 ? due : clock.add(due, waited / HOUR_MS, 'working-hours');
}

/** A wait that is longer than this is a mistake of dates. */
const LONGEST_WAIT_MS = 366 * DAY_MS;
