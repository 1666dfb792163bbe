/** A unit as a list gives it. Dates are `YYYY-MM-DD`. */
export interface UnitRow {
  code: string;
  name: string;
  type: string;
  parent: string | null;
  agency: string | null;
  lon: number | null;
  lat: number | null;
  validFrom: string;
  predecessors: { predecessor: string; name: string | null }[];
}

/** A list of units cannot be read. The message has one line for each problem, each naming line and column. */
export class UnitCsvError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.slice(0, MAX_PROBLEMS).join('\n'));
  }
}

/** Columns of a list, each with the other names that published lists use for it. */
const COLUMNS = {
  /** Statistics code, 1–10 digits or capitals. Required. */
  code: ['code', 'gso_code'],
  /** Full name. Required. */
  name: ['name', 'full_name'],
  /** `tỉnh`, `thành phố`, `phường`, `xã`, `đặc khu`; absent: read from the start of the name. */
  type: ['type'],
  /** Code of the unit above; empty for a province. */
  parent: ['parent', 'province_code'],
  /** Agency code (QĐ 20/2020/QĐ-TTg). */
  agency: ['agency', 'agency_code'],
  /** Degrees east and north (WGS 84): a point inside the unit. */
  lon: ['lon'],
  lat: ['lat'],
  /** First day of validity; absent: 2025-07-01. */
  validFrom: ['valid_from'],
  /** Codes or names of the units that it came from, joined by `+`. */
  predecessors: ['predecessors', 'predecessor_province', 'merged_from_2025_07_01'],
} as const;

type Column = keyof typeof COLUMNS;

const TYPES = ['tỉnh', 'thành phố', 'phường', 'xã', 'đặc khu'];
/** QĐ 19/2025/QĐ-TTg takes effect. */
const DEFAULT_FROM = '2025-07-01';
const CODE = /^[0-9A-Z]{1,10}$/;
const MAX_PROBLEMS = 20;
const MAX_LINES = 50_000;

/** Reads a list of units: UTF-8, comma-separated, a header line, quotes where a field holds a comma. Throws `UnitCsvError`. */
export function parseUnits(csv: string): UnitRow[] {
  const lines = csv.replace(/^\ufeff/, '').split(/\r?\n/);
  if (lines.length > MAX_LINES) throw new UnitCsvError([`line ${MAX_LINES}: more than ${MAX_LINES} lines`]);
  const header = splitLine(lines[0] ?? '').map((name) => name.trim().toLowerCase());
  const position = (column: Column): number =>
    header.findIndex((name) => (COLUMNS[column] as readonly string[]).includes(name));
  const missing = (['code', 'name'] as const).filter((column) => position(column) < 0);
  if (missing.length > 0) throw new UnitCsvError(missing.map((column) => `line 1, column ${column}: is missing`));

  const problems: string[] = [];
  const rows: UnitRow[] = [];
  const seen = new Map<string, number>();
  lines.slice(1).forEach((text, index) => {
    if (text.trim() === '') return;
    const line = index + 2;
    const cells = splitLine(text);
    const fail = (column: Column, message: string): void =>
      void problems.push(`line ${line}, column ${header[position(column)] ?? column}: ${message}`);
    const row = readRow((column) => cells[position(column)]?.trim() ?? '', fail);
    const before = seen.get(row.code);
    if (before !== undefined) fail('code', `${row.code} is already on line ${before}`);
    seen.set(row.code, line);
    rows.push(row);
  });
  if (rows.length === 0) problems.push('line 2: there is no unit in the list');
  if (problems.length > 0) throw new UnitCsvError(problems);
  return rows;
}

function readRow(cell: (column: Column) => string, fail: (column: Column, message: string) => void): UnitRow {
  const code = cell('code');
  if (!CODE.test(code)) fail('code', 'must be 1 to 10 digits or capital letters');
  const name = cell('name');
  if (name === '') fail('name', 'is empty');
  const type = (cell('type') || TYPES.find((kind) => name.toLowerCase().startsWith(kind)) || '').toLowerCase();
  if (!TYPES.includes(type)) fail('type', `must be one of ${TYPES.join(', ')}`);
  const parent = cell('parent') || null;
  if (parent !== null && (!CODE.test(parent) || parent === code)) fail('parent', 'must be the code of the unit above');
  const validFrom = cell('validFrom') || DEFAULT_FROM;
  if (!/^\d{4}-\d\d-\d\d$/.test(validFrom) || Number.isNaN(Date.parse(validFrom)))
    fail('validFrom', 'must be a day such as 2025-07-01');
  return {
    code,
    name,
    type,
    parent,
    agency: cell('agency') || null,
    lon: degrees(cell('lon'), 180, () => fail('lon', 'must be degrees from -180 to 180')),
    lat: degrees(cell('lat'), 90, () => fail('lat', 'must be degrees from -90 to 90')),
    validFrom,
    predecessors: predecessorsOf(cell('predecessors')),
  };
}

function degrees(text: string, limit: number, fail: () => void): number | null {
  if (text === '') return null;
  const value = Number(text);
  if (!Number.isFinite(value) || Math.abs(value) > limit) fail();
  return value;
}

/** `(unchanged)` means none; what is no code is a name, and stands for its own code. */
function predecessorsOf(text: string): UnitRow['predecessors'] {
  if (text === '' || text.startsWith('(')) return [];
  const names = [...new Set(text.split('+').map((part) => part.trim()))].filter((part) => part !== '');
  return names.map((name) => ({ predecessor: name, name: CODE.test(name) ? null : name }));
}

/** Cells of one line (RFC 4180, without line breaks inside a cell). */
function splitLine(line: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const char = line[i] as string;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (line[i + 1] === '"') cell += line[i++];
      else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',') {
      cells.push(cell);
      cell = '';
    } else cell += char;
  }
  return [...cells, cell];
}
