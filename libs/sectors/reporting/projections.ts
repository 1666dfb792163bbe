import { calendarStart } from '#libs/contracts';
import { latest, type Latest, projection, type Projection, readDeadline, type TypedEvent } from '#libs/sector-kit';
import type { RegimeDto, ReminderDto, ReportDueDto, ReportReceivedDto } from './reporting.dto.js';
import type { ReportingSettings } from './settings.js';

export const TYPES = {
  regime: 'vn.ioc.reporting.regime.registered.v1',
  due: 'vn.ioc.reporting.report.due.v1',
  received: 'vn.ioc.reporting.report.received.v1',
  reminded: 'vn.ioc.reporting.reminder.sent.v1',
} as const;

interface RegimeState {
  /** 1: on the system. */
  connected: Latest<number>;
}

/** A regime, by its code. */
export const regime = projection<RegimeState, RegimeDto>({
  name: 'regime',
  types: [TYPES.regime],
  key: ({ data }) => data.regime,
  fold: (before, { data, time }) => ({
    connected: latest(before?.connected, time, Number(data.connected)),
  }),
  shares: ({ connected }) => ({
    shares: [{ metric: 'reporting.regimes', dims: [connected[1] ? 'yes' : 'no'], value: 1 }],
    until: null,
  }),
});

interface ReportState {
  regime: string;
  agency: string;
  unit?: Latest<string>;
  due?: Latest<number>;
  /** The earliest report of each whole share of its figures (%) that no earlier one had: 101 at most. */
  reports: [time: number, share: number][];
}

/** A report that is owed, by regime, agency and period: waiting, then on time, late, incomplete or missing. */
export const report = ({ completeFrom }: ReportingSettings): Projection =>
  projection<ReportState, ReportDueDto | ReportReceivedDto>({
    name: 'report',
    types: [TYPES.due, TYPES.received],
    key: ({ data }) => [data.regime, data.agency, data.period].join('|'),
    fold: (before, { data, time, unit }) => {
      const state: ReportState = { reports: [], ...before, regime: data.regime, agency: data.agency };
      const place = latest(state.unit, time, unit);
      if (place) state.unit = place;
      if ('due' in data) {
        const due = latest(state.due, time, readDeadline(data.due) ?? undefined);
        return due ? { ...state, due } : state;
      }
      return {
        ...state,
        reports: withReport(state.reports, time, Math.min(100, Math.floor((100 * data.filled) / data.fields))),
      };
    },
    shares: ({ regime, agency, unit, due, reports }, now) => {
      if (!due) return { shares: [], until: null };
      const by = due[1];
      const complete = reports.find(([, share]) => share >= completeFrom)?.[0];
      const state = stateOf(complete, reports.length > 0, by, now);
      const dims = [unit?.[1] ?? '', agency, regime];
      // Nothing is counted at a time to come, so that those that wait are a level.
      if (state === 'waiting') return { shares: [{ metric: 'reporting.waiting', dims, value: 1 }], until: by + 1 };
      return { shares: [{ metric: 'reporting.reports', dims: [...dims, state], value: 1, at: by }], until: null };
    },
  });

function stateOf(complete: number | undefined, any: boolean, due: number, now: number): string {
  if (complete !== undefined) return complete <= due ? 'on-time' : 'late';
  if (now <= due) return 'waiting';
  return any ? 'incomplete' : 'missing';
}

/** One more report; order and repetition do not matter. */
function withReport(reports: ReportState['reports'], time: number, share: number): ReportState['reports'] {
  const all = [...reports, [time, share] as [number, number]].sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  // A later report counts only where it is fuller than all before it.
  return all.filter(([, own], i) => all.slice(0, i).every(([, earlier]) => earlier < own));
}

interface RemindedState {
  agency: string;
  unit?: Latest<string>;
  /** Start of the year, epoch ms. */
  year: number;
  /** Of each reminder what it was about and when; repeated ones are one. */
  of: string[];
}

const MOST_REMINDERS = 100;

/** Reminders of an agency in a year, and what they lead to. */
export const reminded = ({ reviewFrom, disciplineFrom }: ReportingSettings): Projection =>
  projection<RemindedState, ReminderDto>({
    name: 'reminded',
    types: [TYPES.reminded],
    key: ({ data, time }) => `${data.agency}|${calendarStart('year', time)}`,
    fold: (before, event) => {
      const { data, time } = event;
      const unit = latest(before?.unit, time, event.unit);
      const state = before ?? { agency: data.agency, year: calendarStart('year', time), of: [] };
      return {
        ...state,
        ...(unit ? { unit } : {}),
        of: [...new Set([...state.of, nameOf(event)])].sort().slice(0, MOST_REMINDERS),
      };
    },
    shares: ({ agency, unit: place, year, of }) => {
      const unit = place?.[1] ?? '';
      const stage = of.length >= disciplineFrom ? 'discipline' : of.length >= reviewFrom ? 'review' : 'reminded';
      return {
        shares: [
          { metric: 'reporting.reminders', dims: [unit, agency], value: of.length, at: year },
          { metric: 'reporting.agencies', dims: [unit, agency, stage], value: 1, at: year },
        ],
        until: null,
      };
    },
  });

const nameOf = ({ data, time }: TypedEvent<ReminderDto>): string => `${data.regime}|${data.period}|${time}`;
