import { PERSON_ROLES, type PersonRole } from '#libs/contracts';

/** Whether a role may do what another may; the server decides, this only saves buttons that it would refuse. */
export const isAtLeast = (role: PersonRole, least: PersonRole): boolean =>
  PERSON_ROLES.indexOf(role) >= PERSON_ROLES.indexOf(least);
