import { type MetricView, numberText, type Text } from '#libs/contracts';
import { formatMoment } from '../format.js';
import { language, say } from '../language.js';
import { periodText, STATES, type Entry } from './entry-words.js';

/** What the form is for: a new figure, a draft that is changed, a published figure that is corrected. */
export type Work = { kind: 'new' } | { kind: 'change' | 'correct'; entry: Entry };

/** The heading of the form. */
export function titleOf(work: Work, metric: MetricView | undefined): string {
  if (work.kind === 'new') return say({ vi: 'Số liệu mới', en: 'New figure' });
  const { version, period } = work.entry;
  const which = `${metric ? say(metric.title) : work.entry.metric}, ${periodText(period, metric?.entered ?? null)}`;
  return work.kind === 'change'
    ? say({ vi: `Sửa bản nháp v${version}: ${which}`, en: `Change draft v${version}: ${which}` })
    : say({ vi: `Sửa số đã công bố v${version}: ${which}`, en: `Correct published v${version}: ${which}` });
}

/** What saving does, where that is not plain. */
export const CORRECTS: Text = {
  vi: 'Tạo bản nháp của phiên bản sau; số đã công bố vẫn giữ nguyên đến khi bản này được duyệt và công bố.',
  en: 'Makes a draft of the next version; what is published stays until this one is approved and published.',
};

/** A value as it stands in the form; empty where it was withdrawn. */
export const valueText = (value: number | null): string =>
  value === null ? '' : numberText(value, language() === 'vi' ? ',' : '.');

/** Who holds the entry that stands in the way of another. */
export function heldBy({ version, state, author, createdAt }: Entry): string {
  const since = formatMoment(Date.parse(createdAt));
  return say({
    vi: `Chưa lưu: số này của kỳ này đã có phiên bản v${version} chưa công bố (${STATES[state].vi}), ${author} nhập lúc ${since}.`,
    en: `Not saved: version v${version} of this figure and period is open already (${STATES[state].en}), entered by ${author} at ${since}.`,
  });
}

/** The way to the open entry: a draft can be changed, what was submitted only be looked at. */
export const wayTo = ({ state }: Entry): string =>
  state === 'draft'
    ? say({ vi: 'Mở bản nháp đó', en: 'Open that draft' })
    : say({ vi: 'Xem bản đó trong danh sách', en: 'Show it in the list' });
