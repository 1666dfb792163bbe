import type { Text } from '#libs/contracts';

/** A goal of one of the trees that are followed. */
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
  /** Last published value, for the demo source. */
  actual?: [at: string, value: number];
}

export const TREES: Record<Goal['tree'], Text> = {
  dti: { vi: 'Chuyển đổi số cấp tỉnh (DTI)', en: 'Digital transformation index (DTI)' },
  nq07: { vi: 'Nghị quyết 07-NQ/TU Sóc Trăng', en: 'Resolution 07-NQ/TU of Sóc Trăng' },
  national: { vi: 'Mục tiêu quốc gia 2024', en: 'National targets of 2024' },
};

/**
 * Goals with the published figures [S]: DTI 2024 with its three pillars of 400, 300 and 300 points; digital economy
 * 7.41 % of GRDP against 20 %; people with payment accounts 69.29 % = 139 % of the target (49.85 %); adults that use
 * online public services 1.78 % (2020), 9.51 % (2021), 18 % (7 months of 2022), target 40 % (2024). Bases and deadlines
 * that were not published are assumed; an operator's own goals come as events and replace these.
 */
export const GOALS: readonly Goal[] = [
  {
    code: 'dti.government',
    name: { vi: 'Chính quyền số', en: 'Digital government' },
    tree: 'dti',
    unit: '',
    points: 400,
    base: ['2022-12-31', 0.5787],
    target: ['2027-12-31', 0.8],
    actual: ['2024-12-31', 0.6617],
  },
  {
    code: 'dti.economy',
    name: { vi: 'Kinh tế số', en: 'Digital economy' },
    tree: 'dti',
    unit: '',
    points: 300,
    base: ['2022-12-31', 0.5],
    target: ['2027-12-31', 0.7],
  },
  {
    code: 'dti.society',
    name: { vi: 'Xã hội số', en: 'Digital society' },
    tree: 'dti',
    unit: '',
    points: 300,
    base: ['2022-12-31', 0.5787],
    target: ['2027-12-31', 0.8],
    actual: ['2024-12-31', 0.6425],
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
