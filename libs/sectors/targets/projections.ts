import { DAY_MS, periodStart } from '#libs/contracts';
import { latest, type Latest, projection, type Projection, readDeadline, readTime, type Share } from '#libs/sector-kit';
import type { FollowedGoal } from './goals.js';
import type { ActualDto, GoalDto, TaskDto } from './targets.dto.js';
import { monthNumber, progressOf } from './trajectory.js';

export const TYPES = {
  goal: 'vn.ioc.targets.goal.set.v1',
  actual: 'vn.ioc.targets.actual.measured.v1',
  task: 'vn.ioc.targets.task.updated.v1',
} as const;

interface GoalState {
  goal: string;
  /** Base, base time, target and deadline as one: they change together. */
  course?: Latest<string>;
  /** Of the newest time that a value was told of, the value as it was told last. */
  actual?: { at: number; told: Latest<number> };
}

/** A goal by its code: what it is, what is expected by now, the gap, and when it will be reached at this pace. */
export const goal = (goals: readonly FollowedGoal[]): Projection => {
  const courses = new Map(goals.map((one) => [one.code, courseOf(one)]));
  return projection<GoalState, GoalDto | ActualDto>({
    name: 'goal',
    types: [TYPES.goal, TYPES.actual],
    key: ({ data }) => data.goal,
    fold: (before, { data, time }) => {
      const state: GoalState = { ...before, goal: data.goal };
      if ('target' in data) {
        const ends = [readTime(data.baseAt), readTime(data.by)];
        const course = ends.includes(null) ? undefined : JSON.stringify([data.base, ends[0], data.target, ends[1]]);
        const known = latest(state.course, time, course);
        if (known) state.course = known;
      } else {
        const at = readTime(data.at) ?? time;
        const known = state.actual?.at === at ? state.actual.told : undefined;
        if (at >= (state.actual?.at ?? -Infinity)) state.actual = { at, told: latest(known, time, data.value) };
      }
      return state;
    },
    shares: ({ goal: code, course, actual }, now) => {
      const told = course?.[1] ?? courses.get(code);
      if (told === undefined) return { shares: [], until: null };
      const [base, baseAt, target, by] = JSON.parse(told) as [number, number, number, number];
      const share = (what: string, value: number): Share => ({ metric: 'targets.goal', dims: [code, what], value });
      const shares = [share('target', target), share('deadline', monthNumber(by))];
      if (!actual) return { shares, until: null };
      const progress = progressOf({ base, baseAt, target, by, actual: actual.told[1], actualAt: actual.at }, now);
      shares.push(
        share('actual', actual.told[1]),
        share('expected', progress.expected),
        share('gap', progress.gap),
        share('done', progress.done),
      );
      if (progress.reachedAt !== null) shares.push(share('reached', monthNumber(progress.reachedAt)));
      const track = progress.done >= 100 ? 'reached' : progress.gap >= 0 ? 'on-track' : 'behind';
      shares.push({ metric: 'targets.tracks', dims: [track], value: 1 });
      // What is expected grows with each day until the deadline; a forecast holds until its moment.
      const grows = now < by ? periodStart('d', now) + DAY_MS : Infinity;
      const lapses = (progress.reachedAt ?? -1) >= now ? (progress.reachedAt ?? 0) + 1 : Infinity;
      const until = Math.min(grows, Math.ceil(lapses));
      return { shares, until: until === Infinity ? null : until };
    },
  });
};

/** The way of a goal as its events tell it; what the settings say holds until one does. */
const courseOf = ({ base: [baseAt, base], target: [by, target] }: FollowedGoal): string =>
  JSON.stringify([base, readTime(baseAt), target, readTime(by)]);

interface TaskState {
  agency?: Latest<string>;
  state?: Latest<string>;
  due?: Latest<number>;
  done?: Latest<number>;
  /** Last told not to be done. */
  open?: number;
  /** When it was told to be done, oldest first. */
  reports?: number[];
}

/** A task by its code: done (in time or late), continuing, due within some days, overdue. */
export const task = (dueSoonDays: number): Projection =>
  projection<TaskState, TaskDto>({
    name: 'task',
    types: [TYPES.task],
    key: ({ data }) => data.task,
    fold: (before, { data, time }) => {
      const state: TaskState = { ...before };
      const set = <K extends keyof TaskState>(key: K, value: TaskState[K] | undefined): void => {
        if (value !== undefined) state[key] = value;
      };
      set('agency', latest(state.agency, time, data.agency));
      set('state', latest(state.state, time, data.state));
      set('due', latest(state.due, time, readDeadline(data.due) ?? undefined));
      set('done', latest(state.done, time, readTime(data.done) ?? undefined));
      if (data.state === 'done') state.reports = withReport(state.reports, time);
      else state.open = Math.max(state.open ?? time, time);
      return state;
    },
    shares: ({ agency, state, due, done, open = -Infinity, reports = [] }, now) => {
      const [, by = null] = due ?? [];
      // Told without a date, it was done by the first report since it was last open, however often that is told again.
      const reported = reports.find((time) => time > open) ?? state?.[0] ?? null;
      const dated = done && done[0] > open ? done[1] : null;
      const { name, until } = standing(
        { state: state?.[1], due: by, done: dated ?? reported },
        now,
        dueSoonDays * DAY_MS,
      );
      if (name === null) return { shares: [], until: null };
      return { shares: [{ metric: 'targets.tasks', dims: [agency?.[1] ?? 'unknown', name], value: 1 }], until };
    },
  });

/** More than a task is told done between two times that it is taken up again. */
const MOST_REPORTS = 100;

/** Of more the oldest stay: the first report is the one that counts. */
const withReport = (known: readonly number[] = [], time: number): number[] =>
  [...new Set([...known, time])].sort((a, b) => a - b).slice(0, MOST_REPORTS);

function standing(
  { state, due, done }: { state: string | undefined; due: number | null; done: number | null },
  now: number,
  soonMs: number,
): { name: string | null; until: number | null } {
  if (state === undefined || state === 'cancelled') return { name: null, until: null };
  if (state === 'done') return { name: due !== null && (done ?? 0) > due ? 'done-late' : 'done', until: null };
  if (due === null) return { name: 'continuing', until: null };
  if (now > due) return { name: 'overdue', until: null };
  return now >= due - soonMs ? { name: 'due-soon', until: due + 1 } : { name: 'continuing', until: due - soonMs };
}
