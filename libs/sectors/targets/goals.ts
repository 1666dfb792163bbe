import type { Text } from '#libs/contracts';

/** A goal that is built in, of one of the published trees. */
export interface Goal {
  code: string;
  name: Text;
  /** Of the tree: which pillar or resolution it belongs to. */
  tree: 'dti' | 'nq07' | 'national';
  unit: string;
  /** Points of 1,000 in the DTI of a province. */
  points?: number;
  base: [at: string, value: number];
  target: [by: string, value: number];
  /** Last published value, for the demo source; its day may be assumed, see `GOALS`. */
  actual?: [at: string, value: number];
}

const TREES: Readonly<Record<string, Text>> = {
  dti: { vi: 'Chuyển đổi số cấp tỉnh (DTI)', en: 'Digital transformation index (DTI)' },
  nq07: { vi: 'Nghị quyết 07-NQ/TU Sóc Trăng', en: 'Resolution 07-NQ/TU of Sóc Trăng' },
  national: { vi: 'Mục tiêu quốc gia 2024', en: 'National targets of 2024' },
};

/**
 * Goals with the published figures [S]: DTI of a province with its three pillars of 400, 300 and 300 points, Sóc Trăng in 2020
 * (0.3105, 0.1931, 0.2021; the province's department of home affairs, October 2021) and later 0.6617 and 0.6425. The
 * press gives those two without a year, beside rank 36; that rank is of 2022 (dti.gov.vn, ranking of 2022), so they are
 * taken to be of 2022 too: an assumption. Digital economy 7.41 % of GRDP against 20 %; people with payment accounts 69.29 % = 139 % of the target (49.85 %); adults that use
 * online public services 1.78 % (2020), 9.51 % (2021), 18 % (7 months of 2022), target 40 % (2024). Other bases and
 * deadlines are assumed, and so are the days of the three values dated 2023-12-31 (press of 2022 to 2024); all of it is the
 * default of the setting `goals`, and events that set goals go before.
 */
export const GOALS: readonly Goal[] = [
  {
    code: 'dti.government',
    name: { vi: 'Chính quyền số', en: 'Digital government' },
    tree: 'dti',
    unit: '',
    points: 400,
    base: ['2020-12-31', 0.3105],
    target: ['2027-12-31', 0.8],
    actual: ['2022-12-31', 0.6617],
  },
  {
    code: 'dti.economy',
    name: { vi: 'Kinh tế số', en: 'Digital economy' },
    tree: 'dti',
    unit: '',
    points: 300,
    base: ['2020-12-31', 0.1931],
    target: ['2027-12-31', 0.7],
  },
  {
    code: 'dti.society',
    name: { vi: 'Xã hội số', en: 'Digital society' },
    tree: 'dti',
    unit: '',
    points: 300,
    base: ['2020-12-31', 0.2021],
    target: ['2027-12-31', 0.8],
    actual: ['2022-12-31', 0.6425],
  },
  {
    code: 'nq07.reporting',
    name: { vi: 'Chế độ báo cáo trên hệ thống', en: 'Reporting regimes on the system' },
    tree: 'nq07',
    unit: '%',
    base: ['2021-12-31', 0],
    target: ['2025-12-31', 100],
    actual: ['2023-12-31', 30.77],
  },
  {
    code: 'nq07.digital-economy',
    name: { vi: 'Kinh tế số trên GRDP', en: 'Digital economy of GRDP' },
    tree: 'nq07',
    unit: '%',
    base: ['2020-12-31', 3],
    target: ['2025-12-31', 20],
    actual: ['2023-12-31', 7.41],
  },
  {
    code: 'national.accounts',
    name: { vi: 'Người dân có tài khoản thanh toán', en: 'People with payment accounts' },
    tree: 'national',
    unit: '%',
    base: ['2020-12-31', 30],
    target: ['2025-12-31', 49.85],
    actual: ['2023-12-31', 69.29],
  },
  {
    code: 'national.online-services',
    name: { vi: 'Người lớn dùng dịch vụ công trực tuyến', en: 'Adults that use online services' },
    tree: 'national',
    unit: '%',
    base: ['2020-12-31', 1.78],
    target: ['2024-12-31', 40],
    actual: ['2022-07-31', 18],
  },
];

/** Points of the DTI of a province in all. */
export const DTI_POINTS = 1_000;

/** A goal as the settings have it. */
export interface FollowedGoal extends Omit<Goal, 'tree'> {
  /** Name of the tree. */
  tree: Text;
  /** Its target was not published, and the operator set no other. */
  assumedTarget: boolean;
}

/** The goals that the settings say, with the names and published values of those that are built in. */
export function goalsOf({ goals, names }: { goals: readonly string[]; names: readonly string[] }): FollowedGoal[] {
  const given = new Map(
    names.map((line): [string, Text] => {
      const [code = '', ...rest] = line.split(' ');
      const [vi = '', en = ''] = rest.join(' ').split(' | ');
      return [code, { vi, en }];
    }),
  );
  return goals.map((line) => {
    const [code = '', unit = '', baseAt = '', base = '', by = '', target = ''] = line.split(' ');
    const known = GOALS.find((one) => one.code === code);
    const tree = code.split('.')[0] ?? '';
    const { points, actual } = known ?? {};
    return {
      code,
      name: given.get(code) ?? known?.name ?? { vi: code, en: code },
      tree: given.get(tree) ?? TREES[tree] ?? { vi: tree, en: tree },
      unit: unit === '-' ? '' : unit,
      base: [baseAt, Number(base)],
      target: [by, Number(target)],
      assumedTarget: points !== undefined && known?.target[1] === Number(target),
      ...(points === undefined ? {} : { points }),
      ...(actual === undefined ? {} : { actual }),
    };
  });
}
