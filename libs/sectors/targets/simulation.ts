import { DAY_MS } from '#libs/contracts';
import { beatSimulation, type Simulation } from '#libs/sector-kit';
import type { FollowedGoal } from './goals.js';
import { TYPES } from './projections.js';

const AGENCIES = ['H13.2', 'H13.3', 'H13.4', 'H13.5', 'H13.6'];
/** The published goals and the 27 tasks of the national committee, 15 of them done, told anew each morning. */
export const simulationOf = (goals: readonly FollowedGoal[]): Simulation =>
  beatSimulation(
    {
      id: 'demo-targets',
      name: 'Theo dõi mục tiêu (mô phỏng)',
      types: ['vn.ioc.targets.*'],
      units: ['*'],
      every: 86_400,
    },
    {
      goals: {
        every: DAY_MS,
        offset: 3_600_000,
        events: () =>
          goals.map(({ code, base, target }) => ({
            type: TYPES.goal,
            data: { goal: code, base: base[1], baseAt: base[0], target: target[1], by: target[0] },
          })),
      },
      actuals: {
        every: DAY_MS,
        offset: 2 * 3_600_000,
        events: () =>
          goals.flatMap(({ code, actual }) =>
            actual ? [{ type: TYPES.actual, data: { goal: code, value: actual[1], at: actual[0] } }] : [],
          ),
      },
      tasks: {
        every: DAY_MS,
        offset: 3 * 3_600_000,
        events: (time) =>
          Array.from({ length: 27 }, (_, i) => ({
            type: TYPES.task,
            data: {
              task: `nv-${String(i + 1).padStart(2, '0')}`,
              state: i < 15 ? 'done' : 'doing',
              agency: AGENCIES[i % AGENCIES.length] ?? 'H13',
              due: new Date(time + (i - 17) * 9 * DAY_MS).toISOString().slice(0, 10),
              ...(i < 15 ? { done: new Date(time - 400 * DAY_MS).toISOString().slice(0, 10) } : {}),
            },
          })),
      },
    },
  );
