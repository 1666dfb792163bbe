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

/** The agency at the head of a dossier code: `000.00.04.G18-260608-0001` → `G18`, `H13.25-261005-0042` → `H13.25`. */
export function agencyOfCode(code: string): string {
  const head = code.split('-')[0] ?? '';
  return head.replace(/^([0-9]{3}\.[0-9]{2}\.[0-9]{2}\.)/, '');
}
