import { MONTH, type NumberFormat } from '#libs/contracts';

export const VALUE: NumberFormat = { unit: { vi: '', en: '' }, digits: 2 };
export const PERCENT: NumberFormat = { unit: { vi: '%', en: '%' }, digits: 1 };
export const TASKS: NumberFormat = { unit: { vi: 'nhiệm vụ', en: 'tasks' }, digits: 0 };
export const COUNT: NumberFormat = { unit: { vi: 'mục tiêu', en: 'goals' }, digits: 0 };
export const MONTHS: NumberFormat = { unit: { vi: '', en: '' }, digits: MONTH };
