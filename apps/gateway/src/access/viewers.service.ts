import { Inject, Injectable } from '@nestjs/common';
import { hashToken, Sessions, WallLinks } from '#libs/access';
import type { AccessMessage } from '#libs/contracts';
import { EVERYTHING, scopeOf } from '#libs/live';
import { CLOCK, type Clock } from '#libs/platform';
import { roleOf, type Viewer } from './viewer.js';

/** What a request or handshake shows to say who it is. */
export interface Credentials {
  /** Token of a wall link. */
  token?: string | undefined;
  /** Value of the session cookie. */
  session?: string | undefined;
}

const KEPT_MS = 5_000;
const MAX_KEPT = 2_000;
const MAX_TOKEN = 200;
const MOST_TRIES = 20;

/**
 * Who is behind a token or session. Answers are kept for a few seconds, so that a storm of reconnecting screens does
 * not reach the database; a change of access, told on the live bus, empties what is kept at once.
 */
@Injectable()
export class Viewers {
  /** Grows with each change of access. */
  revision = 0;
  private readonly kept = new Map<string, { until: number; viewer: Promise<Viewer | null> }>();

  constructor(
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(WallLinks) private readonly links: WallLinks,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Null when nobody is known by it. Throws when the store does not answer. A token goes before a session. What was
   * asked before a change of access and answered after it is asked again.
   */
  async find(credentials: Credentials): Promise<Viewer | null> {
    for (let tries = 1; ; tries++) {
      const asked = this.revision;
      const viewer = await this.look(credentials);
      if (viewer === null || asked === this.revision) return viewer;
      if (tries >= MOST_TRIES) throw new Error('access changes faster than it can be checked');
    }
  }

  private async look(credentials: Credentials): Promise<Viewer | null> {
    const { token, session } = credentials;
    const secret = token ?? session;
    if (secret === undefined || secret === '' || secret.length > MAX_TOKEN) return null;
    const key = `${token === undefined ? 's' : 't'}${hashToken(secret).toString('base64')}`;
    const now = this.clock.now();
    let entry = this.kept.get(key);
    if (!entry || entry.until <= now) {
      const viewer = token === undefined ? this.bySession(secret) : this.byToken(secret);
      entry = { until: now + KEPT_MS, viewer };
      if (this.kept.size >= MAX_KEPT) this.kept.clear();
      this.kept.set(key, entry);
      viewer.catch(() => this.kept.delete(key));
    }
    const viewer = await entry.viewer;
    return viewer && (viewer.expiresAt === null || viewer.expiresAt > now) ? viewer : null;
  }

  /** Access was changed: nothing that was known is sure any more. */
  forget(): void {
    this.revision++;
    this.kept.clear();
  }

  private async byToken(token: string): Promise<Viewer | null> {
    const link = await this.links.find(token, new Date(this.clock.now()));
    return (
      link && {
        kind: 'wall-link',
        id: link.id,
        session: null,
        name: link.name,
        role: 'viewer',
        scope: scopeOf(link.sectors, link.units),
        expiresAt: link.expiresAt?.getTime() ?? null,
      }
    );
  }

  private async bySession(token: string): Promise<Viewer | null> {
    const session = await this.sessions.find(token, new Date(this.clock.now()));
    return (
      session && {
        kind: 'user',
        id: session.userId,
        session: session.id,
        name: session.login,
        role: roleOf(session.role),
        // A person of an unknown role sees nothing.
        scope: roleOf(session.role) === 'viewer' ? { sectors: [], units: [] } : EVERYTHING,
        expiresAt: session.expiresAt.getTime(),
      }
    );
  }
}

/** Whether a change of access concerns this viewer. */
export function concerns(message: AccessMessage, viewer: Viewer): boolean {
  if (message.kind === 'wall-link') return viewer.kind === 'wall-link' && viewer.id === message.id;
  if (message.kind === 'user') return viewer.kind === 'user' && viewer.id === message.id;
  return message.kind === 'session' && viewer.session === message.id;
}
