import { IsInt, Max, Min } from 'class-validator';
import { DAY_MS, HOUR_MS, type NumberFormat } from '#libs/contracts';
import {
  beatSimulation,
  defineSector,
  eventType,
  latest,
  packIndicator,
  PackSetting,
  pick,
  projection,
  readDeadline,
  readTime,
  standardBoard,
  type Indicator,
  type Latest,
  type Metric,
  type Projection,
} from '#libs/sector-kit';
import { alertRulesOf } from './rules.js';
import { AlertDto, OPEN_STEPS, SEVERITIES, SystemDto } from './security.dto.js';

export const TYPES = {
  system: 'vn.ioc.security.system.updated.v1',
  alert: 'vn.ioc.security.alert.moved.v1',
} as const;

export class SecuritySettings {
  @PackSetting('Days before an approval lapses from which it counts as lapsing', { assumed: true })
  @IsInt()
  @Min(1)
  @Max(365)
  lapsingDays: number = 60;
}

const title = { vi: 'An toàn thông tin', en: 'Information security' };
const SYSTEMS: NumberFormat = { unit: { vi: 'hệ thống', en: 'systems' }, digits: 0 };
const ALERTS: NumberFormat = { unit: { vi: 'cảnh báo', en: 'alerts' }, digits: 0 };
const PERCENT: NumberFormat = { unit: { vi: '%', en: '%' }, digits: 1 };
const metrics: Metric[] = [
  {
    code: 'security.systems',
    title: { vi: 'Hệ thống theo cấp độ', en: 'Systems by level' },
    kind: 'stock',
    dims: ['agency', 'level', 'approval'],
    format: SYSTEMS,
  },
  {
    code: 'security.alerts',
    title: { vi: 'Cảnh báo', en: 'Alerts' },
    kind: 'stock',
    dims: ['severity'],
    format: ALERTS,
  },
  {
    code: 'security.open',
    title: { vi: 'Cảnh báo chưa đóng', en: 'Open alerts' },
    kind: 'stock',
    dims: ['severity', 'step'],
    format: ALERTS,
  },
];

const SECOND_MS = 1_000;

interface SystemState {
  level: Latest<number>;
  agency?: Latest<string>;
  approved?: Latest<number>;
  /** The last second in which it is in force, epoch ms. */
  lapses?: Latest<number>;
}

const system = ({ lapsingDays }: SecuritySettings): Projection =>
  projection<SystemState, SystemDto>({
    name: 'system',
    types: [TYPES.system],
    key: ({ data }) => data.system,
    fold: (before, { data, time }) => {
      const state: SystemState = { ...before, level: latest(before?.level, time, data.level) };
      const agency = latest(before?.agency, time, data.agency);
      const approved = latest(before?.approved, time, readTime(data.approved) ?? undefined);
      const lapses = latest(before?.lapses, time, readDeadline(data.lapses) ?? undefined);
      if (agency) state.agency = agency;
      if (approved) state.approved = approved;
      if (lapses) state.lapses = lapses;
      return state;
    },
    shares: ({ level, agency, approved, lapses }, now) => {
      const from = approved?.[1] ?? Infinity;
      // The last second in which it is in force, of a day its last.
      const to = lapses ? lapses[1] + SECOND_MS : Infinity;
      const warn = to - lapsingDays * DAY_MS;
      const approval = now < from ? 'none' : now >= to ? 'lapsed' : now >= warn ? 'lapsing' : 'valid';
      const next = [from, warn, to].filter((time) => time > now && Number.isFinite(time));
      return {
        shares: [
          { metric: 'security.systems', dims: [agency?.[1] ?? 'unknown', String(level[1]), approval], value: 1 },
        ],
        until: next.length > 0 ? Math.min(...next) : null,
      };
    },
  });

interface AlertState {
  severity?: Latest<string>;
  /** When it was first told of. */
  since: number;
  /** Latest time of each step. */
  last: Partial<Record<AlertDto['step'], number>>;
}

const alert = projection<AlertState, AlertDto>({
  name: 'alert',
  types: [TYPES.alert],
  key: ({ data }) => data.alert,
  fold: (before, { data, time }) => {
    const severity = latest(before?.severity, time, data.severity);
    const last = { ...before?.last, [data.step]: Math.max(before?.last[data.step] ?? -Infinity, time) };
    return { since: Math.min(before?.since ?? time, time), last, ...(severity ? { severity } : {}) };
  },
  shares: ({ severity, since, last }) => {
    const name = severity?.[1] ?? 'medium';
    const counted = { metric: 'security.alerts', dims: [name], value: 1, at: since };
    const ended = Math.max(last.closed ?? -Infinity, last['false-alarm'] ?? -Infinity);
    // Raised again after its end it is open again, and what was done before is done no more.
    if (ended > -Infinity && (last.raised ?? -Infinity) <= ended) return { shares: [counted], until: null };
    // Until its end steps go one way: the furthest that was told holds.
    const step = OPEN_STEPS.findLast((one) => (last[one] ?? -Infinity) > ended) ?? 'raised';
    return { shares: [counted, { metric: 'security.open', dims: [name, step], value: 1 }], until: null };
  },
});

const one = packIndicator('security', {
  // Where an installation is weak is nobody's business outside.
  sharing: 'restricted',
});

const indicators = ({ lapsingDays }: SecuritySettings): Indicator[] => [
  one('systems', ['Hệ thống thông tin', 'Information systems'], 'sum(security.systems, now)', SYSTEMS, [
    'Hệ thống đã xác định cấp độ.',
    'Systems whose level is set.',
  ]),
  one(
    'approved',
    ['Đã phê duyệt cấp độ', 'Approved'],
    '100 * sum(security.systems, now, approval: valid | lapsing) / sum(security.systems, now)',
    PERCENT,
    ['Hệ thống có phê duyệt còn hiệu lực / tổng.', 'Systems whose approval is in force / all.'],
    { target: 100, levels: [{ level: 'attention', under: 100 }] },
  ),
  one(
    'lapsing',
    ['Sắp hết hiệu lực', 'Lapsing'],
    'sum(security.systems, now, approval: lapsing)',
    SYSTEMS,
    [`Phê duyệt hết hiệu lực trong ${lapsingDays} ngày.`, `Approvals that lapse within ${lapsingDays} days.`],
    { levels: [{ level: 'attention', above: 1 }] },
  ),
  one(
    'lapsed',
    ['Hết hiệu lực', 'Lapsed'],
    'sum(security.systems, now, approval: lapsed)',
    SYSTEMS,
    [
      'Phê duyệt đã hết hiệu lực: còn hiệu lực hết ngày cuối.',
      'Approvals that have lapsed: in force through their last day.',
    ],
    { levels: [{ level: 'serious', above: 1 }] },
  ),
  one(
    'alerts-today',
    ['Cảnh báo hôm nay', 'Alerts today'],
    'sum(security.alerts, today)',
    ALERTS,
    ['Cảnh báo từ 0 giờ.', 'Alerts since midnight.'],
    { compare: 'day' },
  ),
  one(
    'untriaged',
    ['Cảnh báo chưa phân loại', 'Alerts not triaged'],
    'sum(security.open, now, step: raised)',
    ALERTS,
    ['Cảnh báo chưa ai phân loại.', 'Alerts that nobody has triaged.'],
    {
      levels: [
        { level: 'attention', above: 5 },
        { level: 'serious', above: 20 },
      ],
    },
  ),
  one(
    'open',
    ['Cảnh báo đang xử lý', 'Alerts open'],
    'sum(security.open, now)',
    ALERTS,
    ['Cảnh báo chưa đóng.', 'Alerts that are not closed.'],
    { compare: 'day' },
  ),
  one(
    'critical',
    ['Nghiêm trọng chưa đóng', 'Critical and open'],
    'sum(security.open, now, severity: critical)',
    ALERTS,
    ['Cảnh báo nghiêm trọng chưa đóng.', 'Critical alerts that are not closed.'],
    { levels: [{ level: 'critical', above: 1 }] },
  ),
];

const simulation = beatSimulation(
  { id: 'demo-security', name: 'SOC (mô phỏng)', types: ['vn.ioc.security.*'], units: ['*'], every: 3_600 },
  {
    systems: {
      every: DAY_MS,
      offset: HOUR_MS,
      events: (time) =>
        Array.from({ length: 30 }, (_, i) => ({
          type: TYPES.system,
          data: {
            system: `ht-${i + 1}`,
            level: 1 + (i % 3),
            agency: `H13.${2 + (i % 8)}`,
            ...(i % 10 === 9
              ? {}
              : { approved: '2025-01-15', lapses: new Date(time + (i * 20 - 15) * DAY_MS).toISOString().slice(0, 10) }),
          },
        })),
    },
    alerts: {
      every: HOUR_MS,
      events: (time, random) => {
        const name = `cb-${time / HOUR_MS}`;
        const before = (hours: number): string => `cb-${time / HOUR_MS - hours}`;
        const severity = pick(random, SEVERITIES, (each) => ({ low: 50, medium: 30, high: 8, critical: 1 })[each]);
        return [
          { type: TYPES.alert, data: { alert: name, step: 'raised', severity } },
          { type: TYPES.alert, data: { alert: before(2), step: 'triaged' } },
          { type: TYPES.alert, data: { alert: before(7), step: random() < 0.3 ? 'false-alarm' : 'closed' } },
        ];
      },
    },
  },
);

/** Information security: systems by level with their approvals, alerts by severity and triage. */
export const pack = defineSector(SecuritySettings, (settings) => {
  const all = indicators(settings);
  return {
    id: 'security',
    // 2: an approval is in force through its last day.
    revision: '3',
    title,
    owner: { vi: 'Công an tỉnh', en: 'Provincial police' },
    events: [
      eventType<SystemDto>({
        type: TYPES.system,
        title: { vi: 'Hệ thống thông tin', en: 'System updated' },
        dto: SystemDto,
        adds: ['systems'],
      }),
      eventType<AlertDto>({
        type: TYPES.alert,
        title: { vi: 'Cảnh báo an toàn', en: 'Alert moved' },
        dto: AlertDto,
        adds: ['alerts', 'open'],
      }),
    ],
    metrics,
    projections: [system(settings), alert],
    indicators: all,
    rules: alertRulesOf(settings.lapsingDays),
    board: standardBoard({ id: 'security', title }, all, {
      numbers: ['systems', 'approved', 'lapsing', 'lapsed', 'alerts-today', 'untriaged', 'open', 'critical'],
      below: [
        {
          id: 'levels',
          kind: 'bars',
          title: { vi: 'Hệ thống theo cấp độ', en: 'Systems by level' },
          series: [
            {
              label: { vi: 'Hệ thống', en: 'Systems' },
              measure: { metric: 'security.systems', agg: 'sum', over: 'now' },
            },
          ],
          by: 'level',
          top: 5,
          format: SYSTEMS,
        },
        {
          id: 'severity',
          kind: 'bars',
          title: { vi: 'Cảnh báo 7 ngày theo mức', en: 'Alerts of 7 days by severity' },
          series: [
            {
              label: { vi: 'Cảnh báo', en: 'Alerts' },
              measure: { metric: 'security.alerts', agg: 'sum', over: { days: 7 } },
            },
          ],
          by: 'severity',
          top: 4,
          format: ALERTS,
        },
      ],
    }),
    overview: ['security.untriaged', 'security.approved'],
    dimensions: {
      level: { vi: 'Cấp độ', en: 'Level' },
      approval: { vi: 'Phê duyệt', en: 'Approval' },
      severity: { vi: 'Mức độ nghiêm trọng', en: 'Severity' },
      step: { vi: 'Bước xử lý', en: 'Step' },
    },
    labels: {
      severity: {
        low: { vi: 'Thấp', en: 'Low' },
        medium: { vi: 'Trung bình', en: 'Medium' },
        high: { vi: 'Cao', en: 'High' },
        critical: { vi: 'Nghiêm trọng', en: 'Critical' },
      },
      approval: {
        none: { vi: 'Chưa phê duyệt', en: 'Not approved' },
        valid: { vi: 'Còn hiệu lực', en: 'In force' },
        lapsing: { vi: 'Sắp hết', en: 'Lapsing' },
        lapsed: { vi: 'Hết hiệu lực', en: 'Lapsed' },
      },
      level: Object.fromEntries([1, 2, 3, 4, 5].map((n) => [String(n), { vi: `Cấp ${n}`, en: `Level ${n}` }])),
      step: {
        raised: { vi: 'Mới', en: 'Raised' },
        triaged: { vi: 'Đã phân loại', en: 'Triaged' },
        contained: { vi: 'Đã khoanh vùng', en: 'Contained' },
      },
    },
    simulation,
  };
});
