/** A transaction is meant to take no longer than this, so that what comes behind it does not wait long. */
const AIM_MS = 500;
const LEAST = 500;
const MOST = 8_000;
/** At first, and grown by at most this factor at a time: how dear an event is shows only when it is stored. */
const BEGIN = 1_000;
const GROWTH = 1.5;

/** How many events may share a transaction, by how long the last ones took: events of new things cost many times others. */
export class GroupSize {
  most = BEGIN;

  took(events: number, ms: number): void {
    // A group that was not full says nothing about full ones, but that they are too large.
    if (ms > AIM_MS) this.most = Math.max(LEAST, Math.min(this.most, Math.floor((events * AIM_MS) / ms)));
    else if (events * GROWTH > this.most && ms * GROWTH < AIM_MS)
      this.most = Math.min(MOST, Math.ceil(this.most * GROWTH));
  }
}
