import type { Choices, MetricView, SheetPreview, Text } from '#libs/contracts';
import { call } from '../api.js';
import { h } from '../dom.js';
import { formatAxis } from '../format.js';
import { say } from '../language.js';
import { nameOfChoice } from './choices.js';
import { alertBox, tell } from './desk.js';
import { entrySentence } from './entry-faults.js';
import { dimensionTitle, faultOf } from './entry-words.js';
import { wideTable } from './indicator-words.js';

const SHOWN = 200;

/** Import of a sheet: chosen, shown line by line, and only then taken. */
export function sheetPanel(metrics: readonly MetricView[], names: Choices, again: () => void): HTMLElement {
  const box = alertBox();
  const shown = h('div', { class: 'preview', role: 'status' });
  const input = h('input', {
    id: 'field-sheet',
    type: 'file',
    accept: '.csv,.xlsx',
    onchange: () => void preview(),
  });
  const send = async (path: string): Promise<SheetPreview | null> => {
    const file = input.files?.[0];
    if (!file) return null;
    tell(box, null);
    try {
      return await call<SheetPreview>('POST', path, file);
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
    shown.replaceChildren(
      h('p', {}, text),
      table(result, metrics, names),
      ...(result.bad === 0 && result.good > 0 ? [button] : []),
    );
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

function table({ rows }: SheetPreview, metrics: readonly MetricView[], names: Choices): HTMLElement {
  // Lines at fault first: they are what has to be seen.
  const sorted = rows.toSorted((a, b) => b.errors.length - a.errors.length || a.line - b.line).slice(0, SHOWN);
  const byCode = new Map(metrics.map((metric) => [metric.code, metric]));
  /** What a line says of each dimension, by its name; what its metric does not have goes without one. */
  const dimsOf = ({ metric, dims }: SheetPreview['rows'][number]): Map<string, string> => {
    const known = byCode.get(metric);
    const own = known?.dims.filter((name) => name !== 'unit') ?? [];
    const said = new Map(own.map((name, index) => [name, named(known?.labels?.[name], dims[index] ?? '')]));
    const more = dims.slice(own.length).join(' | ');
    return more === '' ? said : said.set('', more);
  };
  /** As the sectors of the lines call it: they may share a column. */
  const titles = Object.assign({}, ...sorted.map(({ metric }) => byCode.get(metric)?.dimensionNames)) as Record<
    string,
    Text
  >;
  const columns = [...new Set(sorted.flatMap((row) => [...dimsOf(row).keys()]))];
  return wideTable(
    { vi: 'Xem trước', en: 'Preview' },
    [
      { vi: 'Dòng', en: 'Line' },
      { vi: 'Chỉ tiêu', en: 'Metric' },
      { vi: 'Đơn vị', en: 'Unit' },
      ...columns.map((name) => (name === '' ? OTHER : dimensionTitle(name, titles))),
      { vi: 'Kỳ', en: 'Period' },
      { vi: 'Giá trị', en: 'Value' },
      { vi: 'Kết quả', en: 'Result' },
    ],
    sorted.map((row) => [
      String(row.line),
      h('code', {}, row.metric),
      nameOfChoice(names.units, row.unit) || '–',
      ...columns.map((name) => dimsOf(row).get(name) || '–'),
      row.period,
      row.value === null ? '–' : formatAxis(row.value, 6),
      row.errors.length === 0
        ? say(row.value === null ? WITHDRAWS : FINE)
        : `✗ ${[...new Set(row.errors.map(entrySentence))].join(' ')}`,
    ]),
  );
}

const FINE: Text = { vi: '✓ nhận được', en: '✓ fine' };
const WITHDRAWS: Text = { vi: '✓ rút số đã công bố', en: '✓ withdraws the published figure' };
const OTHER: Text = { vi: 'Phân loại khác', en: 'Other dimensions' };

/** The name of a value with its code, as the sheet has it; the code where it has no name. */
const named = (labels: Record<string, Text> | undefined, value: string): string => {
  const label = labels?.[value];
  return label ? `${say(label)} (${value})` : value;
};
