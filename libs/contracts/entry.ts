import type { Fault } from './rule.js';

/** What a sheet of figures would become, line by line. */
export interface SheetPreview {
  /** Lines that can be taken, and those that cannot. */
  good: number;
  bad: number;
  rows: {
    line: number;
    metric: string;
    unit: string;
    /** The metric's dimensions in their order, without `unit`. */
    dims: string[];
    period: string;
    value: number | null;
    errors: Fault[];
  }[];
}
