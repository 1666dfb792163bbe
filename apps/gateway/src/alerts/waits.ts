import { isDigested, quietUntil } from '#libs/alerting';
import type { Policy, Severity, Waits } from '#libs/contracts';

/** What holds back the message of a group of this severity that goes out at `next`, epoch ms; null: nothing does. Pure. */
export function waitsOf(policy: Policy, severity: Severity, next: number | null, now: number): Waits | null {
  if (next === null || next <= now) return null;
  if (isDigested(policy, severity)) return { why: 'digest', until: next };
  // Put off to their end already, or to be so when it is due.
  const quiet = quietUntil(policy, severity, now) ?? quietUntil(policy, severity, next);
  return quiet === null || !policy.quiet ? null : { why: 'quiet', until: Math.max(next, quiet), ...policy.quiet };
}
