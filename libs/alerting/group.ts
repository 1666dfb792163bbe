import type { Severity } from '#libs/contracts';

/** What alerts have in common that are told together. `province`: empty where there is no unit, or none known. */
export interface GroupOf {
  rule: string;
  severity: Severity;
  province: string;
  /** Id of the policy that the routes of the moment give. */
  policy: string;
}

/** Alerts with the same key are told together: of one rule, one severity, one province, by one policy. */
export const groupKey = ({ rule, severity, province, policy }: GroupOf): string =>
  `${rule} ${severity} ${province} ${policy}`;

/** Whether the policy of a group is part of its key. It is not of what is an incident by itself: that is routed when it is told. */
export const isRouted = (group: { key: string; policy: string }): boolean =>
  group.policy !== '' && group.key.endsWith(` ${group.policy}`);

/** Key of the group of the same alerts under another policy. */
export const routedAnew = (group: { key: string; policy: string }, policy: string): string =>
  isRouted(group) ? `${group.key.slice(0, -group.policy.length)}${policy}` : group.key;

/** When a group tells what is new: its first message at once, later ones so many seconds after the one before. */
export const groupDue = (toldAt: number | null, groupSeconds: number, now: number): number =>
  toldAt === null ? now : Math.max(now, toldAt + groupSeconds * 1000);
