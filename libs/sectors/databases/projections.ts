import { DAY_MS } from '#libs/contracts';
import { latest, type Latest, projection, type Projection, readDeadline } from '#libs/sector-kit';
import type { DatabaseRegisteredDto, DatabaseUpdatedDto } from './databases.dto.js';
import type { DatabasesSettings } from './settings.js';

export const TYPES = {
  registered: 'vn.ioc.databases.database.registered.v1',
  updated: 'vn.ioc.databases.database.updated.v1',
} as const;

interface EntryState {
  database: string;
  unit?: Latest<string>;
  /** When it was first registered, epoch ms; absent: only updates are known, and it is in no catalogue. */
  since?: number;
  agency?: Latest<string>;
  kind?: Latest<string>;
  /** Days promised; 0: none of its own. */
  every?: Latest<number>;
  /** 1: taken out. */
  retired?: Latest<number>;
  /** When it was last updated, and the records that it had then. */
  records?: Latest<number>;
}

/** An entry of the catalogue: fresh, late by its promised interval, or waiting for its first update. */
export const entry = ({ everyDays }: DatabasesSettings): Projection =>
  projection<EntryState, DatabaseRegisteredDto | DatabaseUpdatedDto>({
    name: 'entry',
    types: [TYPES.registered, TYPES.updated],
    key: ({ data }) => data.database,
    fold: (before, { data, time, unit }) => {
      const state: EntryState = { ...before, database: data.database };
      if ('records' in data) {
        const at = Math.min(time, readDeadline(data.at) ?? time);
        return { ...state, records: latest(state.records, at, data.records) };
      }
      // Where it is belongs to the entry: who tells of an update may sit elsewhere.
      const place = latest(state.unit, time, unit);
      return {
        ...state,
        ...(place ? { unit: place } : {}),
        since: Math.min(state.since ?? time, time),
        agency: latest(state.agency, time, data.agency),
        kind: latest(state.kind, time, data.kind),
        every: latest(state.every, time, data.everyDays ?? 0),
        retired: latest(state.retired, time, Number(data.retired ?? false)),
      };
    },
    shares: ({ database, unit, since, agency, kind, every, retired, records }, now) => {
      if (since === undefined || !agency || !kind || retired?.[1] === 1) return { shares: [], until: null };
      const due = Math.max(since, records?.[0] ?? 0) + (every?.[1] || everyDays) * DAY_MS;
      const state = now > due ? 'late' : records ? 'fresh' : 'waiting';
      const dims = [unit?.[1] ?? '', agency[1], kind[1], database];
      return {
        shares: [
          { metric: 'databases.entries', dims: [...dims, state], value: 1 },
          ...(records ? [{ metric: 'databases.records', dims, value: records[1] }] : []),
        ],
        until: now > due ? null : due + 1,
      };
    },
  });
