import type { NumberFormat, Text } from '#libs/contracts';
import { enteredMetrics, packIndicator, type Indicator } from '#libs/sector-kit';

/**
 * What is published of the DTI of a province each year beside its pillars: the rank, and 8 main and 47 component indices
 * (Bộ chỉ số DTI). Which they are was not at hand, so they go by number (`m1` … `m8`, `c1` … `c47`) until the
 * setting `dtiNames` names them; they are entered in points of the 1,000.
 */
export const DTI_MAIN = Array.from({ length: 8 }, (_, i) => `m${i + 1}`);
export const DTI_COMPONENTS = Array.from({ length: 47 }, (_, i) => `c${i + 1}`);

const RANK: NumberFormat = { unit: { vi: 'hạng', en: 'rank' }, digits: 0 };
const POINTS: NumberFormat = { unit: { vi: 'điểm', en: 'points' }, digits: 2 };
const INDICES: NumberFormat = { unit: { vi: 'chỉ số', en: 'indices' }, digits: 0 };

export const entered = enteredMetrics('targets', [
  {
    code: 'dti-rank',
    title: { vi: 'Xếp hạng DTI', en: 'DTI rank' },
    dims: [],
    step: 'year',
    format: RANK,
    least: 1,
  },
  {
    code: 'dti-index',
    title: { vi: 'Chỉ số DTI (chính, thành phần)', en: 'DTI index (main, component)' },
    dims: ['index'],
    step: 'year',
    format: POINTS,
  },
]);

/** A published value holds until the next is due: two years and a little. */
const NEWEST = '800d';

const one = packIndicator('targets', {
  sharing: 'public',
  frequency: 'year',
});

/** Sum of the indices of a kind, and how many of them are there. */
const kind = (code: string, vi: string, en: string, indices: readonly string[]): Indicator[] => [
  one(
    `dti-${code}`,
    [`DTI: tổng ${vi}`, `DTI: sum of ${en} indices`],
    `last(targets.dti-index, ${NEWEST}, index: ${indices.join(' | ')})`,
    POINTS,
    [
      `Điểm của các ${vi} đã nhập, giá trị mới nhất của từng chỉ số, cộng lại; từng chỉ số xem theo chiều "index".`,
      `Points of the ${en} indices that were entered, newest value of each, added up; each of them by the dimension "index".`,
    ],
  ),
  one(
    `dti-${code}-known`,
    [`DTI: ${vi} đã nhập`, `DTI: ${en} indices entered`],
    `series(targets.dti-index, ${NEWEST}, index: ${indices.join(' | ')})`,
    INDICES,
    [
      `Số ${vi} đã nhập trên tổng số ${indices.length}.`,
      `How many of the ${indices.length} ${en} indices were entered.`,
    ],
    { target: indices.length },
  ),
];

export const dtiIndicators: readonly Indicator[] = [
  one('dti-rank', ['Xếp hạng DTI', 'DTI rank'], `last(targets.dti-rank, ${NEWEST})`, RANK, [
    'Hạng công bố gần nhất trong các tỉnh, thành phố; Sóc Trăng 57 (2020), 56 rồi 36 (2022) trong ba kỳ liên tiếp.',
    'Newest published rank among the provinces; Sóc Trăng was 57th (2020), 56th and then 36th (2022) in three successive years.',
  ]),
  one(
    'dti-rank-gain',
    ['Xếp hạng DTI: bậc tăng', 'DTI rank: places gained'],
    `before(last(targets.dti-rank, ${NEWEST}), 1 year) - [targets.dti-rank]`,
    { unit: { vi: 'bậc', en: 'places' }, digits: 0 },
    [
      'Hạng của năm liền trước năm công bố gần nhất trừ hạng công bố gần nhất; số dương là tăng hạng.',
      'Rank of the year before the newest published one less the newest rank; above 0 is better.',
    ],
  ),
  ...kind('main', 'chỉ số chính', 'main', DTI_MAIN),
  ...kind('components', 'chỉ số thành phần', 'component', DTI_COMPONENTS),
];

/** Names of the indices: those that the operator gave (`m1 Tên | Name`), else their number. */
export function dtiLabels(names: readonly string[]): Record<string, Text> {
  const numbered = [...DTI_MAIN, ...DTI_COMPONENTS].map((code): [string, Text] => [
    code,
    code.startsWith('m')
      ? { vi: `Chỉ số chính ${code.slice(1)}`, en: `Main index ${code.slice(1)}` }
      : { vi: `Chỉ số thành phần ${code.slice(1)}`, en: `Component index ${code.slice(1)}` },
  ]);
  const given = names.map((line): [string, Text] => {
    const [code = '', ...rest] = line.split(' ');
    const [vi = '', en = ''] = rest.join(' ').split(' | ');
    return [code, { vi, en }];
  });
  return Object.fromEntries([...numbered, ...given]);
}
