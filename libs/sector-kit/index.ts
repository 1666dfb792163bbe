/** What a sector pack must provide, and what the hub knows of all packs together. */
export * from './catalogue.js';
export * from './check-board.js';
export * from './check-projection.js';
export * from './define-sector.js';
export * from './demo-communes.js';
export * from './entered.js';
export * from './freshness.js';
export * from './holidays.js';
export { formulaText } from './formula-print.js';
export { formula, FormulaError } from './formula-text.js';
export * from './latest.js';
export * from './json-schema.js';
export * from './number-tile.js';
export * from './personal.js';
export * from './sector.js';
export * from './simulation.js';
export * from './statistics.js';
export * from './working-time.js';
