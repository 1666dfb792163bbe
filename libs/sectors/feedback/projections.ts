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
  /** Earliest time of each step. */
  first: Partial<Record<StepName, number>>;
}

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
      const state: PetitionState = { ...before, first: { ...before?.first } };
      const at = readTime(data.at) ?? time;
      state.first[data.step] = Math.min(state.first[data.step] ?? Infinity, at);
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
      const { received } = state.first;
      if (received === undefined) return { shares: [], until: null };
      const place = [state.unit?.[1] ?? '', state.field?.[1] ?? 'unknown'];
      const standing = standingOf(state.first, now, settings, clock);
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
      if (state.satisfied && state.first.resolved !== undefined)
        shares.push({
          metric: 'feedback.rated',
          dims: [...place, state.satisfied[1] === 1 ? 'yes' : 'no'],
          value: 1,
          at: state.first.resolved,
        });
      return { shares, until: standing.until };
    },
  });

/** By the earliest time of each step. */
export function standingOf(
  first: PetitionState['first'],
  now: number,
  { refuseDays, askDays, resolveDays, publishDays }: FeedbackSettings,
  clock: WorkingClock,
): Standing {
  const { received = now, refused, asked, answered, resolved, published } = first;
  const within = (from: number, days: number): number => clock.add(from, days, 'working-days');
  const kept: Standing['kept'] = {};
  if (asked !== undefined) kept.ask = asked <= within(received, askDays);
  if (refused !== undefined) {
    kept.refuse = refused <= within(received, refuseDays);
    return { state: 'refused', kept, until: null };
  }
  const due = resolveDue(within(received, resolveDays), asked, answered, clock);
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
function resolveDue(
  due: number,
  asked: number | undefined,
  answered: number | undefined,
  clock: WorkingClock,
): number | null {
  if (asked === undefined) return due;
  if (answered === undefined || answered < asked) return null;
  return clock.add(due, clock.between(asked, Math.min(answered, asked + LONGEST_WAIT_MS)) / HOUR_MS, 'working-hours');
}

/** A wait that is longer than this is a mistake of dates. */
const LONGEST_WAIT_MS = 366 * DAY_MS;
