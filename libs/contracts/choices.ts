import type { Text } from './text.js';

/** A code that a person may choose, by its name. */
export interface Choice {
  value: string;
  label: Text;
  /** What tells it from others of the same name: the unit above, the sector. */
  hint?: Text;
}

/** What a person may choose from in forms about alerts, within what he may see. */
export interface Choices {
  sectors: Choice[];
  rules: Choice[];
  /** Units of today. */
  units: Choice[];
  /** Agencies that the packs of the viewer's sectors name. */
  agencies: Choice[];
  /** Values of the dimensions by which rules tell: stations, facilities, agencies, systems …; not units. */
  keys: Choice[];
}
