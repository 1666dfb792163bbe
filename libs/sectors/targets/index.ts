import { defineSector, eventType, formula, happenedFault, standardBoard } from '#libs/sector-kit';
import { dtiIndicators, dtiLabels, entered } from './dti.js';
import { COUNT, MONTHS, PERCENT, TASKS, VALUE } from './formats.js';
import { type FollowedGoal, goalsOf } from './goals.js';
import { indicatorsOf } from './indicators.js';
import { goal, task, TYPES } from './projections.js';
import { rulesOf } from './rules.js';
import { TargetSettings } from './settings.js';
import { simulationOf } from './simulation.js';
import { ActualDto, GoalDto, TaskDto } from './targets.dto.js';

const title = { vi: 'Mục tiêu và nhiệm vụ', en: 'Targets and tasks' };
/** Two goals beside the tasks: those that are told most of, else the first that have a target. */
function onBoard(goals: readonly FollowedGoal[]): FollowedGoal[] {
  const known = goals.filter(({ code }) => code === 'nq07.reporting' || code === 'national.accounts');
  return known.length === 2 ? known : goals.filter(({ points }) => points === undefined).slice(0, 2);
}

/** Trees of targets with their trajectories, and the tasks of steering committees. */
export const pack = defineSector(TargetSettings, (settings) => {
  const goals = goalsOf(settings);
  const indicators = [...indicatorsOf(goals), ...dtiIndicators];
  const shown = onBoard(goals);
  return {
    id: 'targets',
    // 2: a forecast that passed unmet is none.
    revision: '3',
    title,
    owner: { vi: 'Ban Chỉ đạo chuyển đổi số', en: 'Steering committee for digital transformation' },
    events: [
      eventType<GoalDto>({
        type: TYPES.goal,
        title: { vi: 'Đặt mục tiêu', en: 'Goal set' },
        dto: GoalDto,
        adds: ['goal', 'tracks'],
      }),
      eventType<ActualDto>({
        type: TYPES.actual,
        title: { vi: 'Đo kết quả', en: 'Value measured' },
        dto: ActualDto,
        fault: (event) => happenedFault(event, 'at'),
        adds: ['goal', 'tracks'],
        line: ({ data }) => {
          const name = goals.find(({ code }) => code === data.goal)?.name ?? { vi: data.goal, en: data.goal };
          return { vi: `${name.vi}: ${String(data.value).replace('.', ',')}`, en: `${name.en}: ${data.value}` };
        },
      }),
      eventType<TaskDto>({
        type: TYPES.task,
        title: { vi: 'Cập nhật nhiệm vụ', en: 'Task updated' },
        dto: TaskDto,
        fault: (event) => happenedFault(event, 'done'),
        adds: ['tasks'],
      }),
      entered.event,
    ],
    metrics: [
      {
        code: 'targets.goal',
        title: { vi: 'Mục tiêu', en: 'Goals' },
        kind: 'stock',
        dims: ['goal', 'what'],
        format: VALUE,
      },
      {
        code: 'targets.tracks',
        title: { vi: 'Tiến độ mục tiêu', en: 'Tracks of goals' },
        kind: 'stock',
        dims: ['track'],
        format: COUNT,
      },
      {
        code: 'targets.tasks',
        title: { vi: 'Nhiệm vụ', en: 'Tasks' },
        kind: 'stock',
        dims: ['agency', 'state'],
        format: TASKS,
      },
      ...entered.metrics,
    ],
    projections: [goal(goals), task(settings.dueSoonDays), entered.projection],
    indicators,
    rules: rulesOf(settings),
    board: standardBoard({ id: 'targets', title }, indicators, {
      numbers: [
        'behind',
        'on-track',
        'tasks-done',
        'tasks-continuing',
        'tasks-overdue',
        'tasks-share',
        ...shown.map(({ code }) => code),
      ],
      below: [
        {
          id: 'goals',
          kind: 'table',
          title: { vi: 'Mục tiêu: đã đi được, lệch, dự báo đạt', en: 'Goals: way done, gap, reached' },
          note: {
            vi: 'Lệch so với đường thẳng từ gốc đến hạn; dự báo theo tốc độ đến nay',
            en: 'Gap against the straight line to the deadline; forecast at the pace so far',
          },
          by: 'goal',
          top: 7,
          columns: [
            {
              key: 'done',
              label: { vi: 'Đã đạt %', en: 'Done %' },
              formula: formula('last(targets.goal, now, what: done)'),
              format: PERCENT,
            },
            {
              key: 'gap',
              label: { vi: 'Lệch', en: 'Gap' },
              formula: formula('last(targets.goal, now, what: gap)'),
              format: VALUE,
            },
            {
              key: 'deadline',
              label: { vi: 'Hạn', en: 'By' },
              formula: formula('last(targets.goal, now, what: deadline)'),
              format: MONTHS,
            },
            {
              key: 'reached',
              label: { vi: 'Dự báo', en: 'Reached' },
              formula: formula('last(targets.goal, now, what: reached)'),
              format: MONTHS,
            },
          ],
        },
      ],
    }),
    overview: ['targets.behind', 'targets.tasks-overdue'],
    dimensions: {
      goal: { vi: 'Mục tiêu', en: 'Goal' },
      what: { vi: 'Giá trị', en: 'Value' },
      track: { vi: 'Tiến độ', en: 'Track' },
      state: { vi: 'Tình trạng', en: 'State' },
      index: { vi: 'Chỉ số', en: 'Index' },
    },
    labels: {
      goal: Object.fromEntries(goals.map(({ code, name }) => [code, name])),
      index: dtiLabels(settings.dtiNames),
      what: {
        actual: { vi: 'Hiện có', en: 'Actual' },
        target: { vi: 'Mục tiêu', en: 'Target' },
        expected: { vi: 'Theo lộ trình', en: 'Expected' },
        gap: { vi: 'Lệch', en: 'Gap' },
        done: { vi: 'Đã đạt', en: 'Done' },
        reached: { vi: 'Dự báo đạt', en: 'Reached' },
        deadline: { vi: 'Hạn', en: 'Deadline' },
      },
      track: {
        reached: { vi: 'Đã đạt', en: 'Reached' },
        'on-track': { vi: 'Đúng tiến độ', en: 'On track' },
        behind: { vi: 'Chậm', en: 'Behind' },
      },
      state: {
        done: { vi: 'Hoàn thành', en: 'Done' },
        'done-late': { vi: 'Hoàn thành trễ', en: 'Done late' },
        continuing: { vi: 'Tiếp tục', en: 'Continuing' },
        'due-soon': { vi: `Đến hạn trong ${settings.dueSoonDays} ngày`, en: `Due within ${settings.dueSoonDays} days` },
        overdue: { vi: 'Quá hạn', en: 'Overdue' },
      },
    },
    simulation: simulationOf(goals),
  };
});
