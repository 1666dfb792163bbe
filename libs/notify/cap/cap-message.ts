import { VN_OFFSET_MS, type DisasterLevel, type Severity } from '#libs/contracts';

/**
 * A message of the Common Alerting Protocol 1.2 (OASIS 2010, ITU-T X.1303 bis), as far as the hub reads and writes it.
 * Times are epoch ms.
 */
export interface CapMessage {
  /** Without spaces, commas, `<` and `&`. */
  identifier: string;
  sender: string;
  sent: number;
  status: 'Actual' | 'Exercise' | 'System' | 'Test' | 'Draft';
  msgType: 'Alert' | 'Update' | 'Cancel' | 'Ack' | 'Error';
  scope: 'Public' | 'Restricted' | 'Private';
  note?: string;
  /** The messages that this one updates or cancels. */
  references: readonly CapReference[];
  infos: readonly CapInfo[];
}

export interface CapReference {
  sender: string;
  identifier: string;
  sent: number;
}

/** The same event in one language. */
export interface CapInfo {
  language: string;
  category: string;
  event: string;
  responseType?: string;
  urgency: string;
  severity: CapSeverity;
  certainty: string;
  effective?: number;
  onset?: number;
  expires?: number;
  senderName?: string;
  headline?: string;
  description?: string;
  instruction?: string;
  web?: string;
  parameters: readonly { name: string; value: string }[];
  areas: readonly CapArea[];
}

export interface CapArea {
  description: string;
  /** Degrees, and kilometres around it. */
  circle?: { lat: number; lon: number; radius: number };
  geocodes: readonly { name: string; value: string }[];
}

export type CapSeverity = 'Extreme' | 'Severe' | 'Moderate' | 'Minor' | 'Unknown';
export const CAP_CATEGORIES = [
  'Geo',
  'Met',
  'Safety',
  'Security',
  'Rescue',
  'Fire',
  'Health',
  'Env',
  'Transport',
  'Infra',
  'CBRNE',
  'Other',
] as const;

/** Name of the geocode of an administrative unit: its code of the statistics office (QĐ 19/2025/QĐ-TTg). */
export const UNIT_GEOCODE = 'VN-GSO';

const OF_SEVERITY: Record<Severity, CapSeverity> = {
  critical: 'Extreme',
  serious: 'Severe',
  warning: 'Moderate',
  information: 'Minor',
};

/** Ours in the words of CAP. Of a disaster its level decides: 4 and 5 are extreme, 3 severe, 2 moderate, 1 minor (assumed). */
export function capSeverity(severity: Severity, disaster: DisasterLevel | null): CapSeverity {
  if (disaster === null) return OF_SEVERITY[severity];
  return (['Minor', 'Moderate', 'Severe', 'Extreme', 'Extreme'] as const)[disaster - 1] ?? 'Unknown';
}

/** CAP's in our words; what says that it does not know is told mildly. */
export function ourSeverity(severity: string): Severity {
  const found = (Object.keys(OF_SEVERITY) as Severity[]).find((own) => OF_SEVERITY[own] === severity);
  return found ?? 'information';
}

/** CAP takes no `Z` and no fractions: `2026-11-25T14:32:05+07:00`. */
export const capTime = (at: number): string => `${new Date(at + VN_OFFSET_MS).toISOString().slice(0, 19)}+07:00`;

/** `sender,identifier,sent`, as references and our table name a message. */
export const referenceOf = ({ sender, identifier, sent }: CapReference): string =>
  `${sender},${identifier},${capTime(sent)}`;
