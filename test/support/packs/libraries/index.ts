import { IsInt, IsString, Length, Max, Min } from 'class-validator';
import { eventType, type SectorPack } from '#libs/sector-kit';

class LoansCounted {
  @IsString() @Length(1, 40) branch!: string;
  @IsInt() @Min(0) @Max(100_000) loans!: number;
}

const books = { unit: { vi: 'lượt', en: 'loans' }, digits: 0 };

/** A fourth sector, as a newcomer would add it: one folder, nothing else. Used by test/e2e/fourth-pack.e2e-spec.ts. */
export const pack: SectorPack = {
  id: 'libraries',
  title: { vi: 'Thư viện', en: 'Libraries' },
  events: [
    eventType<LoansCounted>({
      type: 'vn.ioc.libraries.loans.counted.v1',
      title: { vi: 'Lượt mượn sách', en: 'Loans counted' },
      dto: LoansCounted,
      observe: ({ data, unit }) => [{ metric: 'library_loans', dims: [data.branch, unit ?? ''], value: data.loans }],
    }),
  ],
  metrics: [
    {
      code: 'library_loans',
      title: { vi: 'Lượt mượn', en: 'Loans' },
      kind: 'flow',
      dims: ['branch', 'unit'],
      format: books,
    },
  ],
  projections: [],
  indicators: [
    {
      code: 'library_loans_today',
      title: { vi: 'Lượt mượn hôm nay', en: 'Loans today' },
      formula: { measure: { metric: 'library_loans', agg: 'sum', over: 'today' } },
      format: books,
      note: { vi: 'Tổng lượt mượn trong ngày', en: 'All loans of the day' },
    },
  ],
  board: {
    id: 'libraries',
    title: { vi: 'Thư viện', en: 'Libraries' },
    distance: 5,
    tiles: [
      {
        id: 'loans',
        kind: 'number',
        title: { vi: 'Lượt mượn hôm nay', en: 'Loans today' },
        area: { col: 0, row: 0, width: 12, height: 6 },
        indicator: 'library_loans_today',
      },
    ],
  },
  overview: ['library_loans_today'],
  labels: {},
};
