import { IsInt, IsNumber, Max, Min } from 'class-validator';
import { eventType, formula, type Indicator, type Metric, type SectorPack } from '#libs/sector-kit';

export const METRICS = 20;
export const PLACES = 125;
export const KINDS = 20;
export const INDICATORS = 2_000;

class MeterRead {
  @IsInt() @Min(0) @Max(METRICS - 1) metric!: number;
  @IsInt() @Min(0) @Max(PLACES - 1) place!: number;
  @IsInt() @Min(0) @Max(KINDS - 1) kind!: number;
  @IsNumber() value!: number;
}

const both = (text: string) => ({ vi: text, en: text });
const format = { unit: both(''), digits: 1 };
const TYPE = 'vn.ioc.metering.meter.read.v1';

const metrics = Array.from({ length: METRICS }, (_, i): Metric => ({
  code: `metering.m${i}`,
  title: both(`m${i}`),
  kind: i % 2 ? 'flow' : 'reading',
  dims: ['place', 'kind'],
  format,
}));

/** Half of them ratios over a place, the rest over the whole, in turns over today, 24 hours and 7 days. */
const indicators = Array.from({ length: INDICATORS }, (_, i): Indicator => {
  const code = `metering.m${i % METRICS}`;
  const window = ['today', '24h', '7d'][i % 3] ?? 'today';
  const text =
    i % 2
      ? `100 * sum(${code}, ${window}, place: p${i % PLACES}) / (1 + count(${code}, ${window}, place: p${i % PLACES}))`
      : `max(${code}, ${window}, kind: k${i % KINDS}) + mean(${code}, ${window})`;
  return { code: `metering.i${i}`, title: both(`i${i}`), formula: formula(text), format, note: both('') };
});

/** Readings in an order that touches every series before it touches one again. */
function* readings(from: number, to: number) {
  const count = METRICS * PLACES * KINDS;
  for (let i = 0; i < count; i++) {
    const n = (i * 7_919) % count;
    const [metric, place] = [n % METRICS, Math.floor(n / METRICS) % PLACES];
    const kind = Math.floor(n / (METRICS * PLACES));
    yield {
      id: `r${i}`,
      source: `meters-${Math.floor((i * SOURCES) / count)}`,
      type: TYPE,
      time: Math.max(from, to - 1 - (i % 60_000)),
      data: { metric, place, kind, value: (n % 997) / 10 },
    };
  }
}

const SOURCES = 5;

/** 2,000 indicators over 50,000 series, for `npm run bench -- indicators`; none with METERING_INDICATORS=0. */
export const pack: SectorPack = {
  id: 'metering',
  title: both('Metering'),
  events: [
    eventType<MeterRead>({
      type: TYPE,
      title: both('Meter read'),
      dto: MeterRead,
      observe: ({ data: { metric, place, kind, value } }) => [
        { metric: `metering.m${metric}`, dims: [`p${place}`, `k${kind}`], value },
      ],
    }),
  ],
  metrics,
  projections: [],
  indicators: process.env.METERING_INDICATORS === '0' ? [] : indicators,
  board: {
    id: 'metering',
    title: both('Metering'),
    distance: 5,
    tiles: [{ id: 'ticker', kind: 'ticker', title: both(''), area: { col: 0, row: 0, width: 24, height: 12 } }],
  },
  overview: [],
  labels: {},
  simulation: {
    sources: Array.from({ length: SOURCES }, (_, i) => ({
      id: `meters-${i}`,
      name: `Meters ${i}`,
      types: [TYPE],
      units: ['*'],
      every: 60,
    })),
    events: ({ from, to }) => readings(from, to),
    scenarios: [],
  },
};
