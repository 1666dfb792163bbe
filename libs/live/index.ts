/** Live bus, buckets in memory, evaluation of boards, topic state with snapshot and delta. */
export * from './board-context.js';
export * from './bucket-set.js';
export * from './bus.js';
export * from './evaluate.js';
export * from './explain.js';
export * from './formula.js';
export * from './gap-watch.js';
export * from './indicator-set.js';
export * from './needs.js';
export { comparisonOf } from './number-tile.js';
export * from './overview.js';
export * from './scope.js';
export { isHidden, readsSmallCounts } from './shared-view.js';
export * from './small-counts.js';
export * from './span.js';
export { freshnessOf } from './status-tiles.js';
export type { Only, Sight } from './tally.js';
export * from './topic.js';
