import type { Severity } from '#libs/contracts';

/** Alerts with the same key are told together: of one rule, one severity, one province (empty: no unit, or none known). */
export const groupKey = ({
  rule,
  severity,
  province,
}: {
  rule: string;
  severity: Severity;
  province: string;
}): string => `${rule} ${severity} ${province}`;

/** When a group tells what is new: its first message at once, later ones so many seconds after the one before. */
export const groupDue = (toldAt: number | null, groupSeconds: number, now: number): number =>
  toldAt === null ? now : Math.max(now, toldAt + groupSeconds * 1000);
