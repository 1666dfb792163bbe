import { call } from '../api.js';
import { h } from '../dom.js';
import { say } from '../language.js';
import { alertBox, tell } from './desk.js';
import { faultOf, fieldFault } from './entry-words.js';
import { wideTable } from './indicator-words.js';

interface Preview {
  good: number;
  bad: number;
  rows: {
    line: number;
    metric: string;
    unit: string;
    period: string;
    value: number | null;
    errors: { path: string; message: string }[];
  }[];
}

const SHOWN = 200;

/** Import of a sheet: chosen, shown line by line, and only then taken. */
export function sheetPanel(again: () => void): HTMLElement {
  const box = alertBox();
  const shown = h('div', { class: 'preview', role: 'status' });
  const input = h('input', {
    id: 'field-sheet',
    type: 'file',
    accept: '.csv,.xlsx',
    onchange: () => void preview(),
  });
  const send = async (path: string): Promise<Preview | null> => {
    const file = input.files?.[0];
    if (!file) return null;
    tell(box, null);
    try {
      return await call<Preview>('POST', path, file);
    } catch (error) {
      shown.replaceChildren();
      tell(box, faultOf(error));
      return null;
    }
  };
  const preview = async () => {
    const result = await send('/v1/entries/import?preview=true');
    if (!result) return;
    const take = async () => {
      if (await send('/v1/entries/import')) again();
    };
    const text = say({
      vi: `${result.good} dòng nhận được, ${result.bad} dòng có lỗi.`,
      en: `${result.good} lines can be taken, ${result.bad} cannot.`,
    });
    const button = h(
      'button',
      { type: 'button', class: 'button', onclick: () => void take() },
      say({ vi: `Lưu ${result.good} bản nháp`, en: `Save ${result.good} drafts` }),
    );
    shown.replaceChildren(h('p', {}, text), table(result), ...(result.bad === 0 && result.good > 0 ? [button] : []));
  };
  return h(
    'section',
    { class: 'panel' },
    h('h2', {}, say({ vi: 'Nhập từ bảng tính', en: 'From a sheet' })),
    h(
      'p',
      {},
      say({
        vi: 'Tệp CSV (UTF-8) hoặc XLSX, dòng đầu là tên cột. Xem trước, rồi mới lưu; có lỗi thì không dòng nào được lưu. ',
        en: 'CSV (UTF-8) or XLSX, the first line names the columns. It is shown first; with a fault in it no line is saved. ',
      }),
      h('a', { href: '/v1/entries/template.csv', download: true }, say({ vi: 'Tải tệp mẫu', en: 'Template' })),
    ),
    h(
      'div',
      { class: 'field' },
      h('label', { for: 'field-sheet' }, say({ vi: 'Chọn tệp', en: 'Choose a file' })),
      input,
    ),
    box,
    shown,
  );
}

function table({ rows }: Preview): HTMLElement {
  // Lines at fault first: they are what has to be seen.
  const sorted = rows.toSorted((a, b) => b.errors.length - a.errors.length || a.line - b.line).slice(0, SHOWN);
  return wideTable(
    { vi: 'Xem trước', en: 'Preview' },
    [
      { vi: 'Dòng', en: 'Line' },
      { vi: 'Chỉ tiêu', en: 'Metric' },
      { vi: 'Đơn vị', en: 'Unit' },
      { vi: 'Kỳ', en: 'Period' },
      { vi: 'Giá trị', en: 'Value' },
      { vi: 'Kết quả', en: 'Result' },
    ],
    sorted.map(({ line, metric, unit, period, value, errors }) => [
      String(line),
      h('code', {}, metric),
      unit || '–',
      period,
      value === null ? '–' : String(value),
      errors.length === 0
        ? say({ vi: '✓ nhận được', en: '✓ fine' })
        : `✗ ${[...new Set(errors.map(({ path }) => fieldFault(path)))].join(' ')}`,
    ]),
  );
}
