import { DAY_MS, dayStart, periodStart } from '#libs/contracts';
import {
  dayHasBegun,
  latest,
  type Latest,
  missingDays,
  projection,
  type Projection,
  type ToldDays,
  type TypedEvent,
  withDay,
} from '#libs/sector-kit';
import { type CampaignDayDto, type Figure, FIGURES } from './campaigns.dto.js';
import type { CampaignsSettings } from './settings.js';

export const COUNTED = 'vn.ioc.campaigns.day.counted.v1';

interface DayState {
  unit: string;
  figure: Figure;
  day: string;
  count: Latest<number>;
}

/** What happened on a day: learners, sessions. */
export const day = projection<DayState, CampaignDayDto>({
  name: 'day',
  types: [COUNTED],
  key: (event) => {
    const { figure, day: name } = event.data;
    return FIGURES[figure].kind === 'day' && dayHasBegun(event) ? `${event.unit ?? ''}|${figure}|${name}` : null;
  },
  fold: (before, { data, time, unit = '' }) => ({
    unit,
    figure: data.figure,
    day: data.day,
    count: latest(before?.count, time, data.count),
  }),
  shares: ({ unit, figure, day: name, count }) => ({
    shares: [
      {
        metric: 'campaigns.counted',
        dims: [unit, FIGURES[figure].campaign, figure],
        value: count[1],
        at: dayStart(name),
      },
    ],
    until: null,
  }),
});

interface SeriesState extends ToldDays {
  unit: string;
  figure: Figure;
  /** The newest day with its newest report. */
  newest: { day: string; count: Latest<number>; final: Latest<number> };
}

/** A figure in a unit: what it has come to, and the days that it owes. */
export const series = (settings: CampaignsSettings): Projection =>
  projection<SeriesState, CampaignDayDto>({
    name: 'series',
    types: [COUNTED],
    key: (event) => (dayHasBegun(event) ? `${event.unit ?? ''}|${event.data.figure}` : null),
    fold: (before, event) => ({
      unit: event.unit ?? '',
      figure: event.data.figure,
      ...withDay(before, event.data.day),
      newest: newestOf(before?.newest, event),
    }),
    shares: ({ unit, figure, newest, ...told }, now) => {
      const { campaign, kind } = FIGURES[figure];
      const ended = newest.final[1] === 1;
      const missing = missingDays(told, now, settings).filter((one) => !ended || one < newest.day).length;
      const dims = [unit, campaign, figure];
      return {
        shares: [
          ...(kind === 'reach' ? [{ metric: 'campaigns.reach', dims, value: newest.count[1] }] : []),
          { metric: 'campaigns.missing-days', dims, value: missing },
          { metric: 'campaigns.series', dims: [...dims, missing > 0 ? 'gaps' : 'whole'], value: 1 },
        ],
        until: periodStart('d', now) + DAY_MS,
      };
    },
  });

function newestOf(known: SeriesState['newest'] | undefined, event: TypedEvent<CampaignDayDto>): SeriesState['newest'] {
  const { data, time } = event;
  if (known && known.day > data.day) return known;
  const before = known?.day === data.day ? known : undefined;
  return {
    day: data.day,
    count: latest(before?.count, time, data.count),
    final: latest(before?.final, time, Number(data.final ?? false)),
  };
}
