import { packIndicator, type Indicator } from '#libs/sector-kit';
import { COUNT, MONTHS, PERCENT, TASKS } from './formats.js';
import { DTI_POINTS, type FollowedGoal } from './goals.js';

const read = (code: string, what: string): string => `last(targets.goal, now, goal: ${code}, what: ${what})`;

const made = packIndicator('targets');

/** Of each goal its value with the target, and when it is reached at this pace. */
function ofGoal({ code, name, tree, unit, target, assumedTarget }: FollowedGoal): Indicator[] {
  const format = { unit: { vi: unit, en: unit }, digits: unit === '' ? 4 : 2 };
  const note: [string, string] = [
    `${tree.vi}. Gốc và hạn chưa công bố là giả định.`,
    `${tree.en}. Bases and deadlines that were not published are assumed.`,
  ];
  return [
    made(code, [name.vi, name.en], read(code, 'actual'), format, note, {
      // What is assumed stands on no screen as a target.
      ...(assumedTarget ? {} : { target: target[1] }),
      frequency: 'year',
      sharing: 'public',
    }),
    made(`${code}.reached`, [`${name.vi}: dự báo đạt`, `${name.en}: reached`], read(code, 'reached'), MONTHS, [
      'Dự báo: tháng đạt mục tiêu nếu giữ tốc độ từ gốc (một số là giả định) đến số liệu mới nhất; tháng đã qua mà chưa đạt thì chưa có dự báo.',
      'Forecast: month in which the target is reached at the pace from the base (some are assumed) to the newest value; none once it has passed unmet.',
    ]),
  ];
}

/** The index of the province, once all of its pillars are followed. */
function dtiOf(goals: readonly FollowedGoal[]): Indicator[] {
  const dti = goals.filter(({ points }) => points !== undefined);
  if (dti.reduce((sum, { points = 0 }) => sum + points, 0) !== DTI_POINTS) return [];
  return [
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
  ];
}

export const indicatorsOf = (goals: readonly FollowedGoal[]): Indicator[] => [
  ...goals.flatMap(ofGoal),
  ...dtiOf(goals),
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
      tells: 'late',
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
