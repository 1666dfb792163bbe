import { parse } from 'csv-parse/sync';
import { unzipSync } from 'fflate';
import readXlsxFile from 'read-excel-file/node';
import { readNumber, type ReadNumber } from '#libs/contracts';
import type { EntryInput } from './entry-check.js';

/** Limits of a sheet that is imported. */
export const SHEET = { bytes: 1024 * 1024, rows: 2_000, unpackedBytes: 20 * 1024 * 1024, files: 200 } as const;

/** Columns of a sheet, in any order. `dims`: several separated by `|`. An empty value withdraws the number. */
export const COLUMNS = ['metric', 'unit', 'dims', 'period', 'value', 'document'] as const;
const NEEDED = ['metric', 'period', 'value'] as const;

/** A sheet that cannot be read; the message says what to change. */
export class SheetError extends Error {}

/** One line of a sheet; `line` counts the header as 1. */
export interface SheetRow {
  line: number;
  input: EntryInput;
  /** What could not be read in it. */
  error?: string;
}

type Cell = string | number | boolean | Date | null | undefined;

/** Reads CSV (comma or semicolon, UTF-8) or XLSX (first sheet). Throws `SheetError`. */
export async function readSheet(body: Buffer): Promise<SheetRow[]> {
  if (body.length > SHEET.bytes) throw new SheetError(`the file is larger than ${SHEET.bytes} bytes`);
  const lines = isZip(body) ? await xlsx(body) : csv(body);
  const [header, ...rest] = lines;
  if (!header) throw new SheetError('the file is empty');
  const at = new Map(
    header.map((name, index) => [
      String(name ?? '')
        .trim()
        .toLowerCase(),
      index,
    ]),
  );
  const missing = NEEDED.filter((name) => !at.has(name));
  if (missing.length > 0) throw new SheetError(`the first line must name the columns; missing: ${missing.join(', ')}`);
  if (rest.length > SHEET.rows) throw new SheetError(`${rest.length} lines; at most ${SHEET.rows} at once`);
  const cell = (row: readonly Cell[], name: (typeof COLUMNS)[number]): Cell => {
    const index = at.get(name);
    return index === undefined ? undefined : row[index];
  };
  return rest
    .map((row, index) => ({ row, line: index + 2 }))
    .filter(({ row }) => row.some((value) => text(value) !== ''))
    .map(({ row, line }) => rowOf(line, (name) => cell(row, name)));
}

function rowOf(line: number, cell: (name: (typeof COLUMNS)[number]) => Cell): SheetRow {
  const read = numberOf(cell('value'));
  const dims = text(cell('dims'));
  const document = text(cell('document'));
  const input: EntryInput = {
    metric: text(cell('metric')),
    unit: text(cell('unit')),
    dims: dims === '' ? [] : dims.split('|').map((part) => part.trim()),
    period: dayOf(cell('period')),
    value: 'value' in read ? read.value : null,
    ...(document === '' ? {} : { document }),
  };
  return 'fault' in read ? { line, input, error: `value ${read.fault.en}` } : { line, input };
}

function text(value: Cell): string {
  if (value === null || value === undefined) return '';
  return value instanceof Date ? dayOf(value) : String(value).trim();
}

/** `2026-11-01`; also `01/11/2026` and `11/2026`, as people here write them. */
function dayOf(value: Cell): string {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  const written = value === null || value === undefined ? '' : String(value).trim();
  const [, day, month, year] = /^(?:(\d{1,2})\/)?(\d{1,2})\/(\d{4})$/.exec(written) ?? [];
  if (year === undefined || month === undefined) return written;
  return `${year}-${month.padStart(2, '0')}-${(day ?? '1').padStart(2, '0')}`;
}

/** A cell of a workbook is a number already; what is written is read as in the forms. */
const numberOf = (value: Cell): ReadNumber =>
  typeof value === 'number' && Number.isFinite(value) ? { value } : readNumber(text(value));

const isZip = (body: Buffer): boolean => body.subarray(0, 4).equals(Buffer.from([0x50, 0x4b, 3, 4]));

function csv(body: Buffer): Cell[][] {
  let content: string;
  try {
    content = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new SheetError('the file is not UTF-8: save it as "CSV UTF-8"');
  }
  const first = content.slice(0, content.indexOf('\n') >>> 0);
  const delimiter = first.split(';').length > first.split(',').length ? ';' : ',';
  try {
    return parse(content, { delimiter, relax_column_count: true, skip_empty_lines: true, max_record_size: 10_000 });
  } catch (error) {
    throw new SheetError(`the file cannot be read as CSV: ${(error as Error).message}`);
  }
}

async function xlsx(body: Buffer): Promise<Cell[][]> {
  let files = 0;
  let bytes = 0;
  try {
    // What is inside is counted before anything is unpacked.
    unzipSync(body, {
      filter: (file) => {
        files++;
        bytes += file.originalSize;
        return false;
      },
    });
    if (files > SHEET.files || bytes > SHEET.unpackedBytes) throw new SheetError('the file is too large once unpacked');
    const [sheet] = await readXlsxFile(body);
    return (sheet?.data ?? []) as Cell[][];
  } catch (error) {
    if (error instanceof SheetError) throw error;
    throw new SheetError('the file cannot be read as XLSX: save it again as "Excel Workbook (.xlsx)", or as CSV UTF-8');
  }
}
