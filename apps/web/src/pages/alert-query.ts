import type { AlertLine, Severity, Text } from '#libs/contracts';
import { say } from '../language.js';

/** What the inbox shows; lives in the address. Names are those of `GET /v1/alerts`. */
export type AlertQuery = Partial<
  Record<
    | 'state'
    | 'severity'
    | 'sector'
    | 'unit'
    | 'rule'
    | 'origin'
    | 'assignee'
    | 'text'
    | 'from'
    | 'to'
    | 'after'
    | 'view',
    string
  >
>;

const NAMES = [
  'state',
  'severity',
  'sector',
  'unit',
  'rule',
  'origin',
  'assignee',
  'text',
  'from',
  'to',
  'after',
  'view',
] as const;

export function queryOf(search: string): AlertQuery {
  const params = new URLSearchParams(search);
  const query: AlertQuery = {};
  for (const name of NAMES) {
    const value = params.get(name);
    if (value !== null && value !== '') query[name] = value;
  }
  return query;
}

/** The address of a query, without what is not asked for. */
export function addressOf(query: AlertQuery): string {
  const params = new URLSearchParams();
  for (const name of NAMES) if (query[name] !== undefined && query[name] !== '') params.set(name, query[name]);
  const text = params.toString();
  return `/alerts${text === '' ? '' : `?${text}`}`;
}

/** The same as a question to the server; days are whole days in Vietnam. */
export function pathOf(query: AlertQuery, door: 'list' | 'bundles' | 'report'): string {
  const params = new URLSearchParams();
  for (const name of NAMES) {
    const value = query[name];
    if (value === undefined || name === 'view' || (name === 'after' && door !== 'list')) continue;
    if (name === 'from') params.set(name, `${value}T00:00:00+07:00`);
    else if (name === 'to')
      params.set(name, new Date(Date.parse(`${value}T00:00:00+07:00`) + 86_400_000).toISOString());
    else params.set(name, value);
  }
  const base = { list: '/v1/alerts', bundles: '/v1/alerts/bundles', report: '/v1/alerts/report.csv' }[door];
  const text = params.toString();
  return `${base}${text === '' ? '' : `?${text}`}`;
}

const options = (list: readonly (readonly [string, Text])[]): { value: string; label: string }[] =>
  list.map(([value, label]) => ({ value, label: say(label) }));

export const stateOptions = () =>
  options([
    ['', { vi: 'Đang mở', en: 'Open' }],
    ['firing', { vi: 'Chưa ai xác nhận', en: 'Unanswered' }],
    ['acknowledged,in-progress', { vi: 'Đã có người nhận', en: 'Somebody has it' }],
    ['resolved', { vi: 'Đã giải quyết', en: 'Resolved' }],
    ['closed', { vi: 'Đã đóng', en: 'Closed' }],
    ['all', { vi: 'Tất cả', en: 'All' }],
  ]);

export const severityOptions = () =>
  options([
    ['', { vi: 'Mọi mức', en: 'Every severity' }],
    ['critical', { vi: 'Khẩn cấp', en: 'Critical' }],
    ['critical,serious', { vi: 'Nghiêm trọng trở lên', en: 'Serious and above' }],
    ['critical,serious,warning', { vi: 'Cảnh báo trở lên', en: 'Warning and above' }],
    ['information', { vi: 'Chỉ thông tin', en: 'Information only' }],
  ]);

export const assigneeOptions = () =>
  options([
    ['', { vi: 'Bất kỳ ai', en: 'Anybody' }],
    ['me', { vi: 'Tôi', en: 'Me' }],
    ['nobody', { vi: 'Chưa giao', en: 'Nobody' }],
  ]);

export interface Bundle {
  rule: string | null;
  origin: AlertLine['origin'];
  title: Text;
  severity: Severity;
  count: number;
  unanswered: number;
  newestAt: number;
}

/** Only the alerts of a bundle. */
export const ofBundle = (query: AlertQuery, { rule, origin }: Bundle): AlertQuery => {
  const { view: _view, after: _after, ...rest } = query;
  return rule === null ? { ...rest, origin } : { ...rest, rule };
};
