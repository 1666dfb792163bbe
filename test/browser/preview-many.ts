import type { BoardState, Level, NumberState, TileState, TileView } from '../../libs/contracts/index.js';

/** Long names, values of every length, every mark; three have no data. */
const NUMBERS: readonly (readonly [name: string, value: number | null, unit: string, digits: number, level: Level])[] =
  [
    ['Lượt khám từ xa trong 7 ngày qua', 348, 'lượt', 0, 'ok'],
    ['Cơ sở dữ liệu cập nhật đúng hạn', 100, '%', 1, 'ok'],
    ['Hồ sơ tiếp nhận hôm nay', 12_345, 'hồ sơ', 0, 'ok'],
    ['Học sinh đi học hôm nay', null, 'học sinh', 0, 'unknown'],
    ['Giao dịch chia sẻ dữ liệu bị lỗi', 0.47, '%', 2, 'ok'],
    ['Phản ánh quá hạn trả lời', 4, 'phản ánh', 0, 'attention'],
    ['Sốt xuất huyết tuần này', 33, 'ca', 0, 'ok'],
    ['Độ mặn cao nhất lúc này', 16.2, '‰', 1, 'serious'],
    ['Thanh toán không tiền mặt hôm nay', 80.67, '%', 2, 'ok'],
    ['Chế độ báo cáo đã đưa lên hệ thống', 30.77, '%', 2, 'critical'],
    ['Cảnh báo an toàn chưa phân loại', null, 'cảnh báo', 0, 'unknown'],
    ['Hồ sơ nộp trực tuyến trong 30 ngày', 73.05, '%', 2, 'ok'],
    ['Chi trả qua tài khoản trong tháng', 71.85, '%', 2, 'ok'],
    ['Mục tiêu chậm tiến độ', null, 'mục tiêu', 0, 'unknown'],
    ['Khách tham quan hôm nay', 1_234_567, 'lượt khách', 0, 'ok'],
  ];

const text = (vi: string) => ({ vi, en: vi });

/** A board of many sectors: two rows of numbers over one chart. */
export function manyNumbers(now: number, rest: { headline: TileState; chart: TileState }): BoardState {
  const numbers = NUMBERS.map(([name, , unit, digits], n): TileView => {
    const [line, place, count] = n < 8 ? [0, n, 8] : [1, n - 8, 7];
    const edge = (at: number): number => Math.round((at * 24) / count);
    const area = { col: edge(place), row: 1 + 3 * line, width: edge(place + 1) - edge(place), height: 3 };
    return { id: `many-${n}`, kind: 'number', title: text(name), area, format: { unit: text(unit), digits } };
  });
  const states = NUMBERS.map(([, value, , , level], n): [string, NumberState] => {
    const before = value === null ? null : value * 0.9;
    const spark = value === null ? [] : [value * 0.8, value * 1.1, value];
    const marks = { at: now - n * 7 * 60_000, late: n === 4, estimated: n === 8, entered: n === 4 || n === 11 };
    return [
      `many-${n}`,
      { kind: 'number', value, level, before, beforeLabel: text('hôm qua cùng giờ'), spark, ...marks },
    ];
  });
  const band: TileView = {
    ...{ id: 'headline', kind: 'headline', title: text('Lúc này') },
    area: { col: 0, row: 0, width: 24, height: 1 },
  };
  const chart: TileView = {
    ...{ id: 'chart', kind: 'lines', title: text('Độ mặn 24 giờ') },
    area: { col: 0, row: 7, width: 24, height: 5 },
  };
  return {
    board: { id: 'many', title: text('Tổng quan nhiều lĩnh vực'), distance: 5, tiles: [band, ...numbers, chart] },
    tiles: { ...Object.fromEntries(states), headline: rest.headline, chart: rest.chart },
  };
}
