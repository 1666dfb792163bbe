/** Agency codes of the 34 provinces (QĐ 20/2020/QĐ-TTg) → their statistics codes (QĐ 19/2025/QĐ-TTg). */
const PROVINCES: Readonly<Record<string, string>> = {
  H26: '01',
  H14: '04',
  H60: '08',
  H18: '11',
  H35: '12',
  H52: '14',
  H38: '15',
  H55: '19',
  H37: '20',
  H49: '22',
  H05: '24',
  H44: '25',
  H24: '31',
  H31: '33',
  H42: '37',
  H56: '38',
  H41: '40',
  H27: '42',
  H50: '44',
  H57: '46',
  H17: '48',
  H48: '51',
  H21: '52',
  H32: '56',
  H15: '66',
  H36: '68',
  H19: '75',
  H29: '79',
  H53: '80',
  H20: '82',
  H61: '86',
  H01: '91',
  H13: '92',
  H12: '96',
};

/** The province that an agency belongs to; null for ministries and codes of no province. */
export function provinceOf(agency: string): string | null {
  return PROVINCES[agency.split('.')[0] ?? ''] ?? null;
}

/** `000.00.25.H13`: the form before QĐ 20/2020/QĐ-TTg, the highest level last, levels that are not there as noughts. */
const BEFORE_2020 = /^(\d{3})\.(\d{2})\.(\d{2})\.([A-Z]\d{2})((?:\.\d+)*)$/;

/** The code of an agency as QĐ 20/2020/QĐ-TTg writes it: `H13.25`, also of `000.00.25.H13`. Anything else stays as it is. */
export function agencyCode(text: string): string {
  const [, fourth = '', third = '', second = '', first, rest = ''] = BEFORE_2020.exec(text) ?? [];
  if (first === undefined) return text;
  const below = [second, third, fourth];
  while (/^0+$/.test(below.at(-1) ?? '')) below.pop();
  return [first, ...below].join('.') + rest;
}

/** The agency at the head of a dossier code: `000.00.04.G18-260608-0001` → `G18.04`, `H13.25-261005-0042` → `H13.25`. */
export const agencyOfCode = (code: string): string => agencyCode(code.split('-')[0] ?? '');
