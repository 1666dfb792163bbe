/** A transaction is meant to take no longer than this, so that what comes behind it does not wait long. */
const AIM_MS = 500;
/** Where a transaction itself is slow, smaller ones would only be more of them. */
const LEAST = 1_000;
const MOST = 8_000;
/** It grows by this factor at a time: how dear an event is shows only when it is stored. */
const GROWTH = 1.5;

/** How many events may share a transaction, by how long the last ones took: events of new things cost many times others. */
export class GroupSize {
  most = LEAST;

  took(events: number, ms: number): void {
    // A group that was far from full says nothing about full ones.
    if (events < this.most / 2) return;
    if (ms > AIM_MS) this.most = Math.max(LEAST, Math.min(this.most, Math.floor((events * AIM_MS) / ms)));
    else this.most = Math.min(MOST, Math.ceil(this.most * GROWTH));
  }
}
