import { DAY_MS, MONTH, type NumberFormat } from '#libs/contracts';
import { beatSimulation, eventType, formula, standardBoard, type Indicator, type SectorPack } from '#libs/sector-kit';
import { GOALS, TREES, type Goal } from './goals.js';
import { goal, task, TYPES } from './projections.js';
import { alertRules } from './rules.js';
import { ActualDto, GoalDto, TaskDto } from './targets.dto.js';

const title = { vi: 'Mục tiêu và nhiệm vụ', en: 'Targets and tasks' };
const VALUE: NumberFormat = { unit: { vi: '', en: '' }, digits: 2 };
const PERCENT: NumberFormat = { unit: { vi: '%', en: '%' }, digits: 1 };
const TASKS: NumberFormat = { unit: { vi: 'nhiệm vụ', en: 'tasks' }, digits: 0 };
const COUNT: NumberFormat = { unit: { vi: 'mục tiêu', en: 'goals' }, digits: 0 };
const MONTHS: NumberFormat = { unit: { vi: '', en: '' }, digits: MONTH };

const read = (code: string, what: string): string => `last(targets.goal, now, goal: ${code}, what: ${what})`;

const made = (
  code: string,
  [vi, en]: [string, string],
  text: string,
  format: NumberFormat,
  note: [string, string],
  more: Partial<Indicator> = {},
): Indicator => ({
  code: `targets.${code}`,
  title: { vi, en },
  formula: formula(text),
  format,
  note: { vi: note[0], en: note[1] },
  ...more,
});

/** Of each goal its value with the target, and when it is reached at this pace. */
function ofGoal({ code, name, unit, points, target }: Goal): Indicator[] {
  const format = { unit: { vi: unit, en: unit }, digits: unit === '' ? 4 : 2 };
  const tree = TREES[GOALS.find((one) => one.code === code)?.tree ?? 'national'];
  const note: [string, string] = [
    `${tree.vi}. Gốc và hạn chưa công bố là giả định.`,
    `${tree.en}. Bases and deadlines that were not published are assumed.`,
  ];
  return [
    made(code, [name.vi, name.en], read(code, 'actual'), format, note, {
      // Targets of the pillars were not published.
      ...(points === undefined ? { target: target[1] } : {}),
      frequency: 'year',
      sharing: 'public',
    }),
    made(`${code}.reached`, [`${name.vi}: dự báo đạt`, `${name.en}: reached`], read(code, 'reached'), MONTHS, [
      'Dự báo: tháng đạt mục tiêu nếu giữ tốc độ từ gốc (giả định) đến nay.',
      'Forecast: month in which the target is reached at the pace since the (assumed) base.',
    ]),
  ];
}

const dti = GOALS.filter(({ points }) => points !== undefined);
const indicators: Indicator[] = [
  ...GOALS.flatMap(ofGoal),
  made(
    'dti',
    ['DTI cấp tỉnh', 'Province DTI'],
    `(${dti.map(({ code, points = 0 }) => `${points} * ${read(code, 'actual')}`).join(' + ')}) / 1000`,
    { unit: { vi: '', en: '' }, digits: 4 },
    [
      'DTI = (400 × chính quyền số + 300 × kinh tế số + 300 × xã hội số) / 1000.',
      'DTI = (400 × government + 300 × economy + 300 × society) / 1000.',
    ],
    { sharing: 'public', frequency: 'year' },
  ),
  made(
    'behind',
    ['Mục tiêu chậm tiến độ', 'Goals behind'],
    'sum(targets.tracks, now, track: behind)',
    COUNT,
    [
      'Giá trị hiện có thấp hơn đường thẳng từ gốc đến mục tiêu.',
      'The value lies below the straight line from base to target.',
    ],
    { levels: [{ level: 'attention', above: 1 }] },
  ),
  made(
    'on-track',
    ['Mục tiêu đúng tiến độ', 'Goals on track'],
    'sum(targets.tracks, now, track: on-track | reached)',
    COUNT,
    [
      'Giá trị hiện có bằng hoặc trên đường thẳng từ gốc đến mục tiêu.',
      'The value lies on or above the straight line from base to target.',
    ],
  ),
  made('tasks-done', ['Nhiệm vụ hoàn thành', 'Tasks done'], 'sum(targets.tasks, now, state: done | done-late)', TASKS, [
    'Nhiệm vụ của Ban Chỉ đạo đã hoàn thành.',
    'Tasks of the steering committee that are done.',
  ]),
  made(
    'tasks-continuing',
    ['Nhiệm vụ tiếp tục thực hiện', 'Tasks continuing'],
    'sum(targets.tasks, now, state: continuing | due-soon | overdue)',
    TASKS,
    ['Nhiệm vụ chưa hoàn thành, kể cả quá hạn.', 'Tasks that are not done, overdue ones too.'],
  ),
  made(
    'tasks-overdue',
    ['Nhiệm vụ quá hạn', 'Tasks overdue'],
    'sum(targets.tasks, now, state: overdue)',
    TASKS,
    ['Nhiệm vụ chưa hoàn thành đã qua hạn.', 'Tasks that are not done and past their time.'],
    {
      levels: [
        { level: 'attention', above: 1 },
        { level: 'serious', above: 5 },
      ],
    },
  ),
  made(
    'tasks-share',
    ['Tỷ lệ hoàn thành nhiệm vụ', 'Share of tasks done'],
    '100 * [targets.tasks-done] / ([targets.tasks-done] + [targets.tasks-continuing])',
    PERCENT,
    ['Hoàn thành / tổng số nhiệm vụ (trừ nhiệm vụ dừng).', 'Done / all tasks (without cancelled ones).'],
    { target: 100 },
  ),
];

const AGENCIES = ['H13.2', 'H13.3', 'H13.4', 'H13.5', 'H13.6'];
/** The published goals and the 27 tasks of the national committee, 15 of them done, told anew each morning. */
const simulation = beatSimulation(
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
        GOALS.map(({ code, base, target }) => ({
          type: TYPES.goal,
          data: { goal: code, base: base[1], baseAt: base[0], target: target[1], by: target[0] },
        })),
    },
    actuals: {
      every: DAY_MS,
      offset: 2 * 3_600_000,
      events: () =>
        GOALS.flatMap(({ code, actual }) =>
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

/** Trees of targets with their trajectories, and the tasks of steering committees. */
export const pack: SectorPack = {
  id: 'targets',
  title,
  owner: { vi: 'Ban Chỉ đạo chuyển đổi số', en: 'Steering committee for digital transformation' },
  events: [
    eventType<GoalDto>({ type: TYPES.goal, title: { vi: 'Đặt mục tiêu', en: 'Goal set' }, dto: GoalDto }),
    eventType<ActualDto>({
      type: TYPES.actual,
      title: { vi: 'Đo kết quả', en: 'Value measured' },
      dto: ActualDto,
      line: ({ data }) => {
        const name = GOALS.find(({ code }) => code === data.goal)?.name ?? { vi: data.goal, en: data.goal };
        return { vi: `${name.vi}: ${String(data.value).replace('.', ',')}`, en: `${name.en}: ${data.value}` };
      },
    }),
    eventType<TaskDto>({ type: TYPES.task, title: { vi: 'Cập nhật nhiệm vụ', en: 'Task updated' }, dto: TaskDto }),
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
  ],
  projections: [goal, task],
  indicators,
  rules: alertRules,
  board: standardBoard({ id: 'targets', title }, indicators, {
    numbers: [
      'behind',
      'on-track',
      'tasks-done',
      'tasks-continuing',
      'tasks-overdue',
      'tasks-share',
      'nq07.reporting',
      'national.accounts',
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
  labels: {
    goal: Object.fromEntries(GOALS.map(({ code, name }) => [code, name])),
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
      'due-soon': { vi: 'Đến hạn trong tuần', en: 'Due within a week' },
      overdue: { vi: 'Quá hạn', en: 'Overdue' },
    },
  },
  simulation,
};
