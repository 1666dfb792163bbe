import type { Scope } from '#libs/live';

/** What a person may do: everything; enter, silence and raise; answer alerts and read; or only read what a link shows. */
export type Role = 'administrator' | 'operator' | 'leader' | 'viewer';

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
