import type { NumberFormat } from '#libs/contracts';
import type { Metric } from '#libs/sector-kit';

export const COUNT: NumberFormat = { unit: { vi: 'hồ sơ', en: 'dossiers' }, digits: 0 };
export const PERCENT: NumberFormat = { unit: { vi: '%', en: '%' }, digits: 1 };

const stock = (code: string, dims: readonly string[], vi: string, en: string): Metric => ({
  code: `dossiers.${code}`,
  title: { vi, en },
  kind: 'stock',
  dims,
  format: COUNT,
});

/**
 * `received` tells apart how a dossier came (`channel`), whether it has a fee and how it was paid (`fee`: none, desk,
 * online). `late`: not on time by formula 2.1 in the month of its receipt, counted when it became so: what was received
 * from the start of a month to a moment, less what became late from then to that moment, was on time at that moment. `due`: open ones by the working hours
 * left (`within`: 8, 24, 40; the nearest only).
 */
export const metrics: readonly Metric[] = [
  stock('received', ['unit', 'agency', 'channel', 'fee'], 'Hồ sơ tiếp nhận', 'Dossiers received'),
  stock('late', ['unit', 'agency'], 'Hồ sơ trễ hạn trong tháng tiếp nhận', 'Dossiers late in their month'),
  stock('received-by-field', ['unit', 'field'], 'Hồ sơ tiếp nhận theo lĩnh vực', 'Dossiers received by field'),
  stock('papers', ['unit', 'agency', 'digitised'], 'Hồ sơ có thành phần số hoá', 'Dossiers with papers to digitise'),
  stock('in-process', ['unit', 'agency'], 'Hồ sơ đang xử lý', 'Dossiers in process'),
  stock('paused', ['unit', 'agency'], 'Hồ sơ tạm dừng', 'Dossiers paused'),
  stock('due', ['unit', 'agency', 'within'], 'Hồ sơ sắp đến hạn', 'Dossiers due soon'),
  stock('overdue', ['unit', 'agency'], 'Hồ sơ quá hạn đang xử lý', 'Open dossiers overdue'),
  stock('finished', ['unit', 'agency'], 'Hồ sơ đã kết thúc', 'Dossiers finished'),
  stock('on-time', ['unit', 'agency'], 'Hồ sơ kết thúc trước hẹn trả', 'Dossiers finished by their due time'),
];
