import { IsIn, IsInt, Matches, Max, Min } from 'class-validator';
import { DAY_MS, HOUR_MS, dayStart, type NumberFormat } from '#libs/contracts';
import {
  beatSimulation,
  dayFault,
  demoCommunes,
  enteredMetrics,
  eventType,
  formula,
  latest,
  IsDay,
  packIndicator,
  partFault,
  pick,
  projection,
  standardBoard,
  type Indicator,
  type Latest,
  type Metric,
  type SectorPack,
} from '#libs/sector-kit';
import { alertRules } from './rules.js';

export const TYPES = {
  attendance: 'vn.ioc.education.attendance.counted.v1',
} as const;

const LEVELS = ['kindergarten', 'primary', 'lower-secondary', 'upper-secondary'] as const;
const MOST = 100_000;

/** Attendance of a school on a day: counts, no pupils. A later report of the day replaces the earlier. */
class AttendanceDto {
  @Matches(/^[A-Za-z0-9._-]{1,40}$/)
  school!: string;

  @IsIn(LEVELS)
  level!: (typeof LEVELS)[number];

  @IsDay()
  day!: string;

  @IsInt()
  @Min(0)
  @Max(MOST)
  pupils!: number;

  @IsInt()
  @Min(0)
  @Max(MOST)
  present!: number;

  /** Of those present, learning online. */
  @IsInt()
  @Min(0)
  @Max(MOST)
  online!: number;
}

const title = { vi: 'Giáo dục', en: 'Education' };
const PUPILS: NumberFormat = { unit: { vi: 'học sinh', en: 'pupils' }, digits: 0 };
const SCHOOLS: NumberFormat = { unit: { vi: 'trường', en: 'schools' }, digits: 0 };
const PERCENT: NumberFormat = { unit: { vi: '%', en: '%' }, digits: 1 };

interface AttendanceState {
  day: string;
  level: string;
  unit?: Latest<string>;
  /** pupils, present and online of the newest report, as one. */
  counts?: Latest<string>;
}

const attendance = projection<AttendanceState, AttendanceDto>({
  name: 'attendance',
  types: [TYPES.attendance],
  key: ({ data }) => `${data.school}|${data.level}|${data.day}`,
  fold: (before, { data, time, unit }) => {
    const present = Math.min(data.present, data.pupils);
    const counts = latest(before?.counts, time, JSON.stringify([data.pupils, present, Math.min(data.online, present)]));
    const place = latest(before?.unit, time, unit);
    return { day: data.day, level: data.level, ...(counts ? { counts } : {}), ...(place ? { unit: place } : {}) };
  },
  shares: ({ day, level, unit, counts }) => {
    const [pupils, present, online] = JSON.parse(counts?.[1] ?? '[0,0,0]') as [number, number, number];
    const at = dayStart(day);
    const dims = (how: string): string[] => [unit?.[1] ?? '', level, how];
    return {
      shares: [
        { metric: 'education.pupils', dims: dims('online'), value: online, at },
        { metric: 'education.pupils', dims: dims('class'), value: present - online, at },
        { metric: 'education.pupils', dims: dims('absent'), value: pupils - present, at },
        { metric: 'education.schools', dims: [unit?.[1] ?? '', level], value: 1, at },
      ],
      until: null,
    };
  },
});

const entered = enteredMetrics('education', [
  {
    code: 'standard-schools',
    title: { vi: 'Trường đạt chuẩn', en: 'Schools of standard' },
    dims: ['unit'],
    step: 'year',
    format: SCHOOLS,
    whole: true,
  },
  {
    code: 'all-schools',
    title: { vi: 'Tổng số trường', en: 'All schools' },
    dims: ['unit'],
    step: 'year',
    format: SCHOOLS,
    whole: true,
  },
]);
const metrics: Metric[] = [
  {
    code: 'education.pupils',
    title: { vi: 'Học sinh theo ngày', en: 'Pupils by day' },
    kind: 'stock',
    dims: ['unit', 'level', 'how'],
    format: PUPILS,
  },
  {
    code: 'education.schools',
    title: { vi: 'Trường đã báo cáo', en: 'Schools that reported' },
    kind: 'stock',
    dims: ['unit', 'level'],
    format: SCHOOLS,
  },
  ...entered.metrics,
];

// There is no school at weekends.
const one = packIndicator('education', { freshness: { step: 'day', at: '17:00', days: [1, 2, 3, 4, 5] } });
const indicators: Indicator[] = [
  one(
    'present',
    ['Đi học hôm nay', 'Present today'],
    '100 * sum(education.pupils, today, how: class | online) / sum(education.pupils, today)',
    PERCENT,
    [
      'Có mặt (tại lớp hoặc trực tuyến) / sĩ số các trường đã báo cáo hôm nay.',
      'Present (in class or online) / pupils of schools that reported today.',
    ],
    { levels: [{ level: 'attention', under: 90 }], compare: 'day' },
  ),
  one(
    'absent',
    ['Vắng hôm nay', 'Absent today'],
    'sum(education.pupils, today, how: absent)',
    PUPILS,
    ['Học sinh vắng hôm nay.', 'Pupils absent today.'],
    { compare: 'day' },
  ),
  one(
    'online',
    ['Học trực tuyến hôm nay', 'Online today'],
    '100 * sum(education.pupils, today, how: online) / sum(education.pupils, today)',
    PERCENT,
    ['Học trực tuyến / sĩ số hôm nay.', 'Learning online / pupils of today.'],
  ),
  one('reported', ['Trường đã báo cáo hôm nay', 'Schools reported today'], 'sum(education.schools, today)', SCHOOLS, [
    'Trường đã gửi số điểm danh hôm nay.',
    'Schools that sent the attendance of today.',
  ]),
  one(
    'standard',
    ['Trường đạt chuẩn quốc gia', 'Schools of standard'],
    '100 * last(education.standard-schools, 800d) / last(education.all-schools, 800d)',
    PERCENT,
    [
      'Trường đạt chuẩn / tổng số trường, số công bố gần nhất.',
      'Schools of national standard / all, newest published.',
    ],
    { frequency: 'year', freshness: { step: 'year', plusDays: 60, at: '24:00' }, sharing: 'public' },
  ),
];

const communes = demoCommunes('92').slice(0, 40);
const simulation = beatSimulation(
  {
    id: 'demo-education',
    name: 'Cơ sở dữ liệu giáo dục (mô phỏng)',
    types: ['vn.ioc.education.*'],
    units: ['92'],
    every: 86_400,
  },
  {
    morning: {
      every: DAY_MS,
      offset: 8 * HOUR_MS,
      events: (time, random) =>
        communes.flatMap(({ code }, i) =>
          LEVELS.slice(0, 3).map((level) => {
            const pupils = 300 + Math.floor(500 * random());
            const present = Math.floor(pupils * (0.93 + 0.06 * random()));
            const data = {
              school: `th-${i}`,
              level,
              day: new Date(time + 7 * HOUR_MS).toISOString().slice(0, 10),
              pupils,
              present,
              online: pick(random, [0, 0, 0, 20]),
            };
            return { type: TYPES.attendance, unit: code, data };
          }),
        ),
    },
  },
);

/** Education: who is at school today, online learning, schools of standard. */
export const pack: SectorPack = {
  id: 'education',
  title,
  owner: { vi: 'Sở Giáo dục và Đào tạo', en: 'Department of Education and Training' },
  events: [
    eventType<AttendanceDto>({
      type: TYPES.attendance,
      title: { vi: 'Điểm danh', en: 'Attendance counted' },
      dto: AttendanceDto,
      fault: (event) =>
        dayFault(event) ?? partFault(event.data, 'present', 'pupils') ?? partFault(event.data, 'online', 'present'),
    }),
    entered.event,
  ],
  metrics,
  projections: [attendance, entered.projection],
  indicators,
  rules: alertRules,
  board: standardBoard({ id: 'education', title }, indicators, {
    numbers: ['present', 'absent', 'online', 'reported'],
    below: [
      {
        id: 'days',
        kind: 'lines',
        title: { vi: 'Vắng theo ngày', en: 'Absent by day' },
        series: [{ measure: { metric: 'education.pupils', agg: 'sum', where: { how: ['absent'] } }, by: 'level' }],
        over: { days: 14 },
        format: PUPILS,
      },
      {
        id: 'communes',
        kind: 'table',
        title: { vi: 'Vắng nhiều nhất hôm nay', en: 'Most absent today' },
        by: 'unit',
        top: 10,
        columns: [
          {
            key: 'absent',
            label: { vi: 'Vắng', en: 'Absent' },
            formula: formula('sum(education.pupils, today, how: absent)'),
            format: PUPILS,
          },
          {
            key: 'present',
            label: { vi: 'Có mặt %', en: 'Present %' },
            formula: formula('100 * sum(education.pupils, today, how: class | online) / sum(education.pupils, today)'),
            format: PERCENT,
          },
        ],
      },
    ],
  }),
  overview: ['education.present', 'education.absent'],
  dimensions: {
    level: { vi: 'Cấp học', en: 'Level of school' },
    how: { vi: 'Hình thức', en: 'How' },
  },
  labels: {
    level: {
      kindergarten: { vi: 'Mầm non', en: 'Kindergarten' },
      primary: { vi: 'Tiểu học', en: 'Primary' },
      'lower-secondary': { vi: 'Trung học cơ sở', en: 'Lower secondary' },
      'upper-secondary': { vi: 'Trung học phổ thông', en: 'Upper secondary' },
    },
    how: {
      online: { vi: 'Trực tuyến', en: 'Online' },
      class: { vi: 'Tại lớp', en: 'In class' },
      absent: { vi: 'Vắng', en: 'Absent' },
    },
  },
  simulation,
};
