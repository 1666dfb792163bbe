/** Reference data: administrative units. */
export * from './load-units.js';
export { UnitCsvError } from './unit-csv.js';
