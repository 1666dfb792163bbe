import type { IncomingMessage } from 'node:http';
import { HOUR_MS, MINUTE_MS } from '#libs/contracts';
import type { AlertDetail, AlertLine, AlertsState, Brief, BriefLine, Level, Severity, Text } from '#libs/contracts';

/** Answers of the API for looking at the leader's page without a hub: every severity and state, long names, a full brief. */
const text = (vi: string, en: string): Text => ({ vi, en });
const PER_MILLE = { unit: text('‰', '‰'), digits: 1 };
const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

function alert(n: number, severity: Severity, title: Text, now: number, more: Partial<AlertLine> = {}): AlertLine {
  const since = now - n * 17 * MINUTE_MS;
  return {
    id: uuid(n),
    number: 240 - n,
    origin: 'rule',
    title,
    severity,
    disaster: null,
    state: 'firing',
    sector: 'sample',
    rule: 'sample.rule',
    key: `k${n}`,
    unit: '92',
    place: text('Trạm Trần Đề, xã Trần Đề', 'Station Trần Đề, commune Trần Đề'),
    lon: null,
    lat: null,
    value: 12.4,
    limit: 10,
    format: PER_MILLE,
    since,
    firedAt: since,
    askedAt: since,
    endedAt: null,
    acknowledgedBy: null,
    acknowledgedAt: null,
    assignee: null,
    respondBy: since + 30 * MINUTE_MS,
    resolveBy: since + 4 * HOUR_MS,
    resolvedAt: null,
    flapping: false,
    muted: null,
    unreachable: false,
    simulated: false,
    ...more,
  };
}

export function previewAlerts(now: number): AlertsState {
  const open = [
    alert(
      1,
      'critical',
      text('Độ mặn vượt 10‰: nguy cơ mất trắng lúa hè thu', 'Salinity above 10‰: summer rice may be lost'),
      now,
    ),
    alert(
      2,
      'serious',
      text('Nguồn dữ liệu Cổng dịch vụ công im lặng', 'The source of the public service portal is silent'),
      now,
      {
        value: null,
        limit: null,
        place: null,
      },
    ),
    alert(3, 'serious', text('Công suất giường hồi sức trên 95%', 'Intensive-care beds above 95%'), now, {
      state: 'acknowledged',
      acknowledgedBy: 'thao',
      place: text('Bệnh viện Đa khoa Trung ương Cần Thơ', 'Cần Thơ Central General Hospital'),
      value: 97.2,
      limit: 95,
      format: { unit: text('%', '%'), digits: 1 },
      simulated: true,
    }),
    alert(4, 'warning', text('Hồ sơ sắp quá hạn tăng nhanh', 'Dossiers about to be overdue rise fast'), now, {
      state: 'in-progress',
      assignee: 'binh',
      value: 1_284,
      limit: 900,
      format: { unit: text('hồ sơ', 'files'), digits: 0 },
    }),
    alert(5, 'information', text('Bảo trì hệ thống báo cáo', 'Maintenance of the reporting system'), now, {
      muted: { why: 'maintenance', by: 's', until: null },
      value: null,
    }),
  ];
  const counts = { information: 1, warning: 1, serious: 2, critical: 1 };
  return {
    at: now,
    open,
    counts,
    sectors: { sample: counts },
    unanswered: 2,
    unansweredCritical: 1,
    takeover: null,
    takeovers: [],
    channelsDown: [{ name: 'Thư điện tử', since: now }],
  };
}

export function previewDetail(line: AlertLine): AlertDetail {
  const change = (
    seq: number,
    kind: AlertDetail['history'][number]['kind'],
    actor: string,
    comment: string | null = null,
  ) => ({
    seq,
    at: line.firedAt + seq * MINUTE_MS,
    actor,
    kind,
    comment,
    detail: {},
  });
  return {
    ...line,
    ruleView: null,
    formula: 'max(agriculture.salinity, 2h)',
    indicator: 'sample.code',
    sources: [],
    chart: {
      steps: Array.from({ length: 24 }, (_, n) => line.firedAt + (n - 24) * HOUR_MS),
      values: Array.from({ length: 24 }, (_, n) => (n === 7 ? null : 6 + n * 0.3)),
      limit: line.limit,
    },
    steps: [
      {
        text: text('Gọi trạm trưởng xác nhận số đo', 'Call the head of the station'),
        by: 'thao',
        at: line.firedAt + MINUTE_MS,
      },
      {
        text: text('Đóng cống ngăn mặn trên sông Mỹ Thanh', 'Close the gates on the river Mỹ Thanh'),
        by: null,
        at: null,
      },
    ],
    history: [
      change(1, 'fired', 'system'),
      change(2, 'escalated', 'system'),
      change(3, 'commented', 'thao', 'Trạm xác nhận số đo đúng, đang đóng cống số 2.'),
    ],
    related: [],
    notifications: [],
    escalation: null,
    description: null,
  };
}

const PEOPLE = [
  { login: 'thao', name: 'Ngô Thị Phương Thảo', role: 'operator', phone: '+84 292 3820 000' },
  { login: 'binh', name: 'Trần Văn Bình', role: 'leader', phone: '0292 3820 001' },
];
const NOW = { schedules: [{ id: 'duty', name: 'Trực ban Văn phòng', person: PEOPLE[1] }] };

export function previewBrief(now: number): Brief {
  const day = new Date(now + 7 * HOUR_MS).toISOString().slice(0, 10);
  const line = (name: Text, value: Text | null, note: Text | null, level: Level): BriefLine => ({
    name,
    value,
    note,
    level,
    path: '/indicators/sample.code',
  });
  const files = text('1.284 hồ sơ', '1,284 files');
  const long = text('Giải quyết đúng hạn theo Quyết định 766 trong tháng', 'Solved on time by Decision 766 this month');
  const lines = [
    line(
      long,
      text('91,4 %', '91.4 %'),
      text('−2,1 · xấu đi · Thủ tục hành chính', '−2.1 · worse · Administrative procedures'),
      'attention',
    ),
    line(
      text('Sắp đến hạn', 'Due within 8 working hours'),
      files,
      text('Văn phòng UBND', 'Office of the People’s Committee'),
      'serious',
    ),
    line(
      text('Mặn cao nhất lúc này', 'Highest salinity now'),
      text('12,4 ‰', '12.4 ‰'),
      text('Sở Nông nghiệp và Môi trường', 'Department of Agriculture and Environment'),
      'critical',
    ),
    line(
      text('Phản ánh tiếp nhận', 'Petitions received'),
      text('87', '87'),
      text('+12 · Phản ánh', '+12 · Petitions'),
      'ok',
    ),
  ];
  const part = (name: Brief['parts'][number]['part'], title: Text, more = 0) => ({ part: name, title, lines, more });
  return {
    day,
    at: now,
    kept: true,
    headline: text(
      '5 cảnh báo đang mở · 2 chưa ai xác nhận · 4 việc trễ',
      '5 open alerts · 2 unanswered · 4 things late',
    ),
    parts: [
      part(
        'changed',
        text('Thay đổi trong ngày hôm qua (23/11 so với 22/11)', 'What changed yesterday (23/11 against 22/11)'),
      ),
      part('red', text('Đang ở mức đỏ', 'In the red now'), 3),
      part('late', text('Ai đang trễ', 'Who is late')),
      { part: 'due', title: text('Đến hạn hôm nay', 'Due today'), lines: [], more: 0 },
    ],
    simulated: true,
  };
}

/** Answers what the leader's page asks for; false: not its business. */
export function answerPhone(
  request: IncomingMessage,
  path: string,
  alerts: AlertsState,
  send: (status: number, body: unknown) => void,
): boolean {
  const id = /^\/v1\/alerts\/([^/]+)(\/actions)?$/.exec(path)?.[1];
  const line = alerts.open.find((each) => each.id === id);
  if (path === '/v1/me') send(200, { kind: 'user', name: 'chutich', role: 'leader' });
  else if (path === '/v1/people/names') send(200, { people: PEOPLE });
  else if (path === '/v1/on-call/now') send(200, NOW);
  else if (path === '/v1/push/key') send(200, { key: 'BKey' });
  else if (path === '/v1/me/push') send(204, undefined);
  else if (path === '/v1/alerts/acknowledge-by-link') send(200, {});
  else if (path === '/v1/brief') send(200, previewBrief(alerts.at));
  else if (line && request.method === 'POST') send(200, line);
  else if (line) send(200, previewDetail(line));
  else return false;
  return true;
}
