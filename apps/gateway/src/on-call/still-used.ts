import type { OnCallSetup } from '#libs/persistence';
import { ProblemError } from '#libs/platform';

/** Where a setup names a schedule or a channel as whom to tell. */
export function usersOfTarget(
  wanted: { schedule: string } | { channel: string },
  { policies, settings }: OnCallSetup,
): string[] {
  const [[kind, id] = []] = Object.entries(wanted);
  const names = (targets: readonly object[]): boolean =>
    targets.some((target) => Object.entries(target).some(([name, value]) => name === kind && value === id));
  return [
    ...policies.filter(({ steps }) => steps.some(({ to }) => names(to))).map((policy) => `/policies/${policy.id}`),
    ...(names(settings.fallback) ? ['/settings/fallback'] : []),
    ...(names(settings.brief?.to ?? []) ? ['/settings/brief'] : []),
  ];
}

/** Refuses to take away what these places name. @throws ProblemError 409 */
export function refuseUsed(users: readonly string[]): void {
  if (users.length === 0) return;
  const detail = `It is still used: ${users.join(', ')}.`;
  const errors = users.map((path) => ({ path, message: 'uses it' }));
  throw new ProblemError(409, 'in-use', undefined, detail, { errors });
}
