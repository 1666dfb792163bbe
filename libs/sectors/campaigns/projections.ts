import { DAY_MS, dayName, periodStart, VN_OFFSET_MS } from '#libs/contracts';
import { latest, type Latest, projection, type Projection, type TypedEvent } from '#libs/sector-kit';
import { type CampaignDayDto, type Figure, FIGURES } from './campaigns.dto.js';
import type { CampaignsSettings } from './settings.js';

export const COUNTED = 'vn.ioc.campaigns.day.counted.v1';

const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) - VN_OFFSET_MS;
/** A day to come would stay the newest for long: a slip of the year must not stop a figure. */
const begun = ({ data, time }: TypedEvent<CampaignDayDto>): boolean => startOf(data.day) <= time;

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
    return FIGURES[figure].kind === 'day' && begun(event) ? `${event.unit ?? ''}|${figure}|${name}` : null;
  },
  fold: (before, { data, time, unit = '' }) => ({
    unit,
    figure: data.figure,
    day: data.day,
    count: latest(before?.count, time, data.count) ?? [time, data.count],
  }),
  shares: ({ unit, figure, day: name, count }) => ({
    shares: [
      {
        metric: 'campaigns.counted',
        dims: [unit, FIGURES[figure].campaign, figure],
        value: count[1],
        at: startOf(name),
      },
    ],
    until: null,
  }),
});

interface SeriesState {
  unit: string;
  figure: Figure;
  /** Days of the last weeks that were told, newest last. */
  days: string[];
  /** First day ever told: before it nothing was owed. */
  since: string;
  /** The newest day with its newest report. */
  newest: { day: string; count: Latest<number>; final: Latest<number> };
}

/** More than the days that can be owed: the longest look back with the longest time to tell. */
const DAYS_KEPT = 40;

/** A figure in a unit: what it has come to, and the days that it owes. */
export const series = ({ dueDays, lookBackDays }: CampaignsSettings): Projection =>
  projection<SeriesState, CampaignDayDto>({
    name: 'series',
    types: [COUNTED],
    key: (event) => (begun(event) ? `${event.unit ?? ''}|${event.data.figure}` : null),
    fold: (before, event) => {
      const { data, unit = '' } = event;
      return {
        unit,
        figure: data.figure,
        days: [...new Set([...(before?.days ?? []), data.day])].sort().slice(-DAYS_KEPT),
        since: before && before.since < data.day ? before.since : data.day,
        newest: newestOf(before?.newest, event),
      };
    },
    shares: ({ unit, figure, days, since, newest }, now) => {
      const { campaign, kind } = FIGURES[figure];
      const today = periodStart('d', now);
      const ended = newest.final[1] === 1;
      const missing = Array.from({ length: lookBackDays }, (_, i) =>
        dayName(today - (i + dueDays + 1) * DAY_MS),
      ).filter((one) => one >= since && !(ended && one > newest.day) && !days.includes(one)).length;
      const dims = [unit, campaign, figure];
      return {
        shares: [
          ...(kind === 'reach' ? [{ metric: 'campaigns.reach', dims, value: newest.count[1] }] : []),
          { metric: 'campaigns.missing-days', dims, value: missing },
          { metric: 'campaigns.series', dims: [...dims, missing > 0 ? 'gaps' : 'whole'], value: 1 },
        ],
        until: today + DAY_MS,
      };
    },
  });

function newestOf(known: SeriesState['newest'] | undefined, event: TypedEvent<CampaignDayDto>): SeriesState['newest'] {
  const { data, time } = event;
  if (known && known.day > data.day) return known;
  const before = known?.day === data.day ? known : undefined;
  const final = Number(data.final ?? false);
  return {
    day: data.day,
    count: latest(before?.count, time, data.count) ?? [time, data.count],
    final: latest(before?.final, time, final) ?? [time, final],
  };
}
