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

export const metrics: readonly Metric[] = [
  stock('received', ['unit', 'agency', 'channel'], 'Hồ sơ tiếp nhận', 'Dossiers received'),
  stock('received-by-field', ['unit', 'field'], 'Hồ sơ tiếp nhận theo lĩnh vực', 'Dossiers received by field'),
  stock('in-process', ['unit', 'agency'], 'Hồ sơ đang xử lý', 'Dossiers in process'),
  stock('paused', ['unit', 'agency'], 'Hồ sơ tạm dừng', 'Dossiers paused'),
  stock('due-soon', ['unit', 'agency'], 'Hồ sơ sắp đến hạn', 'Dossiers due soon'),
  stock('overdue', ['unit', 'agency'], 'Hồ sơ quá hạn đang xử lý', 'Open dossiers overdue'),
  stock('finished', ['unit', 'agency'], 'Hồ sơ đã kết thúc', 'Dossiers finished'),
  stock('on-time', ['unit', 'agency'], 'Hồ sơ kết thúc đúng hạn', 'Dossiers finished on time'),
  stock('with-fee', ['unit'], 'Hồ sơ có phí, lệ phí', 'Dossiers with a fee'),
  stock('paid-online', ['unit'], 'Hồ sơ thanh toán trực tuyến', 'Dossiers paid online'),
];
