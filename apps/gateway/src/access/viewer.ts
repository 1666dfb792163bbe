import { PERSON_ROLES, type PersonRole } from '#libs/contracts';
import type { Scope } from '#libs/live';

/**
 * What somebody may do, each also what those before may: only read what a link shows; look at everything and act on
 * alerts; enter values, silence, stand in for each other; everything.
 */
export type Role = 'viewer' | PersonRole;
const ROLES: readonly Role[] = ['viewer', ...PERSON_ROLES];

/** Whether a role may do what another may. */
export const isAtLeast = (role: Role, least: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(least);

/** A role that is not known may do nothing but what a viewer may. */
export const roleOf = (role: string): Role => ROLES.find((each) => each === role) ?? 'viewer';

/** Who looks: a signed-in person, or a wall by its link. */
export interface Viewer {
  kind: 'user' | 'wall-link';
  /** Id of the user or link. */
  id: string;
  /** Id of the session, for persons. */
  session: string | null;
  /** Login, or name of the link. */
  name: string;
  role: Role;
  scope: Scope;
  /** Epoch ms; null: until revoked. */
  expiresAt: number | null;
}
