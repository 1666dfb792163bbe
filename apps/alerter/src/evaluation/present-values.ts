import { writePresentValues } from '#libs/persistence';
import type pg from 'pg';

/** What a rule reads now for an alert that is open. */
export interface PresentValue {
  alert: string;
  value: number | null;
}

/** Each alert's value is written at most this often. */
const PRESENT_MS = 60_000;
/** Written at once; the rest a minute later. */
const MOST_WRITTEN = 1_000;
/** Alerts of which the value is remembered; beyond that it begins anew, which costs one comparison each. */
const MOST_KNOWN = 200_000;

/** Values of open alerts that have changed since they fired, or since they were written last; a minute's changes go together. */
export class PresentValues {
  private readonly known = new Map<string, number | null>();
  private readonly changed = new Map<string, number | null>();
  private nextAt = 0;

  /** Another may have written meanwhile. */
  forget(): void {
    this.known.clear();
    this.changed.clear();
  }

  note(values: readonly PresentValue[]): void {
    if (this.known.size + this.changed.size > MOST_KNOWN) this.forget();
    for (const { alert, value } of values) {
      if (this.known.get(alert) === value) this.changed.delete(alert);
      else this.changed.set(alert, value);
    }
  }

  /** Writes what is due; resolves to the alerts that now show another value. */
  async write(transaction: Transaction, now: number): Promise<string[]> {
    if (this.changed.size === 0 || now < this.nextAt) return [];
    const values = [...this.changed].slice(0, MOST_WRITTEN).map(([alert, value]) => ({ alert, value }));
    const ids = await transaction((client) => writePresentValues(client, values, now));
    // What turned out to be shown already costs nobody his minute.
    if (ids.length > 0) this.nextAt = now + PRESENT_MS;
    for (const { alert, value } of values) {
      this.known.set(alert, value);
      this.changed.delete(alert);
    }
    return ids;
  }
}

/** Runs work in a transaction that only the leader's decisions are written in. */
export type Transaction = <R>(work: (client: pg.ClientBase) => Promise<R>) => Promise<R>;
