import { HOUR_MS, MINUTE_MS } from '#libs/contracts';
import type { ChannelEntity } from '#libs/persistence';
import type { DataSource } from 'typeorm';
import { SEND_TIMEOUT_MS } from './channel.port.js';
import { type ChannelSecret, webhookSettings } from './channel-settings.js';
import { type ChannelParts, secretOf, secretPlace } from './open-channel.js';
import { post } from './outward.js';
import { seal } from './sealed.js';

/** OAuth v4 of Zalo Official Accounts: a new access token for a refresh token, which is good for one use. */
const ZALO_OAUTH = 'https://oauth.zaloapp.com/v4/oa/access_token';

/** Renewed so long before it ends, and tried again so long after a failure. */
const AHEAD_MS = 2 * HOUR_MS;
const AGAIN_MS = 5 * MINUTE_MS;
const ANSWER_BYTES = 16 * 1024;
/** An answer that does not say how long its token lasts. */
const USUAL_SECONDS = 24 * 3_600;
const LOCK = 726_020;

/** Channels whose token ends before `$1`, or that Zalo refuses for it. */
const DUE = `
  SELECT id, settings, secret FROM channel
  WHERE kind = 'webhook' AND disabled_at IS NULL AND secret IS NOT NULL AND settings->>'format' = 'zalo-oa'
    AND coalesce(settings->>'appId', '') <> ''
    AND (token_until IS NULL OR token_until <= $1 OR (down_since IS NOT NULL AND last_error LIKE 'Zalo -216%'))`;

/** How a renewal ended; `reason` null: well. Carries no secret. */
export interface Renewed {
  channel: string;
  reason: string | null;
}

type Row = Pick<ChannelEntity, 'id' | 'settings' | 'secret'>;

interface Fresh {
  before: Buffer;
  secret: ChannelSecret;
  until: number;
}

/**
 * Keeps access tokens of Zalo channels that have an app id, its secret key and a refresh token. A refresh token is good
 * for one use, so one process at a time asks (an advisory lock), and the answer is written down sealed before anything
 * else; what cannot be written is kept here and written at the next call. An answer that never arrives may have used it
 * up: then an administrator has to give a new one, which the channel's error says.
 */
export class ZaloRenewal {
  private readonly unwritten = new Map<string, Fresh>();
  private readonly triedAt = new Map<string, number>();

  constructor(
    private readonly database: DataSource,
    private readonly parts: Pick<ChannelParts, 'hubSecret' | 'inside'>,
  ) {}

  /** Renews what ends soon, or was refused by Zalo; one channel after the other. */
  async run(now: number): Promise<Renewed[]> {
    for (const [id, fresh] of this.unwritten) await this.write(id, fresh, now);
    const rows = await this.database.query<Row[]>(`${DUE} ORDER BY id LIMIT 50`, [new Date(now + AHEAD_MS)]);
    const done: Renewed[] = [];
    for (const { id } of rows) {
      if (now - (this.triedAt.get(id) ?? -Infinity) < AGAIN_MS) continue;
      this.triedAt.set(id, now);
      const reason = await this.renew(id, now).catch((error: Error) => error.message);
      if (reason !== undefined) done.push({ channel: id, reason: reason?.slice(0, 200) ?? null });
    }
    return done;
  }

  /** Null: renewed; undefined: another process does it, or has just done it. */
  private renew(id: string, now: number): Promise<string | null | undefined> {
    return this.database.transaction(async (manager) => {
      const [lock] = await manager.query<{ mine: boolean }[]>(
        'SELECT pg_try_advisory_xact_lock($1, hashtext($2)) AS mine',
        [LOCK, id],
      );
      if (!lock?.mine) return undefined;
      // Read under the lock: what another has renewed since is not used a second time.
      const [row] = await manager.query<Row[]>(`${DUE} AND id = $2`, [new Date(now + AHEAD_MS), id]);
      if (!row?.secret || this.unwritten.has(id)) return undefined;
      const fresh = await this.ask(row, row.secret, now);
      if (typeof fresh === 'string') {
        const error = `Zalo token not renewed: ${fresh}`.slice(0, 200);
        await manager.query('UPDATE channel SET last_error = $2 WHERE id = $1', [id, error]);
        return error;
      }
      // By a connection of its own, and kept until it is written: this transaction may be gone by now.
      this.unwritten.set(id, fresh);
      await this.write(id, fresh, now);
      return null;
    });
  }

  /** The new secret, or why there is none. */
  private async ask(row: Row, before: Buffer, now: number): Promise<Fresh | string> {
    const { appId, renewUrl } = webhookSettings(row.settings);
    const secret = secretOf(row, this.parts.hubSecret);
    const { refreshToken, appSecret } = secret;
    if (!refreshToken || !appSecret) return 'its refresh token or the secret key of its app is missing';
    const form = new URLSearchParams({ refresh_token: refreshToken, app_id: appId, grant_type: 'refresh_token' });
    const answer = await post(
      renewUrl === '' ? ZALO_OAUTH : renewUrl,
      form.toString(),
      { 'content-type': 'application/x-www-form-urlencoded', secret_key: appSecret },
      { inside: this.parts.inside, timeoutMs: SEND_TIMEOUT_MS, read: ANSWER_BYTES },
    );
    const said = jsonOf(answer.body);
    const { access_token: token, refresh_token: next, expires_in: seconds } = said;
    if (typeof token !== 'string' || typeof next !== 'string' || token === '' || next === '') {
      const code = typeof said.error === 'number' ? ` (error ${said.error})` : '';
      return `${answer.text}${code}; if this stays so, authorise the app again and give the new refresh token`;
    }
    const lasts = Number(seconds);
    const until = now + (Number.isFinite(lasts) && lasts > 0 ? lasts : USUAL_SECONDS) * 1000;
    return { before, secret: { ...secret, token, refreshToken: next }, until };
  }

  /** Where an administrator has given another secret meanwhile, his stands. */
  private async write(id: string, { before, secret, until }: Fresh, now: number): Promise<void> {
    const sealed = seal(this.parts.hubSecret, secretPlace(id), JSON.stringify(secret));
    await this.database.query(
      `UPDATE channel SET secret = $2, token_until = $3, last_error = NULL, probe_at = least(probe_at, $4)
       WHERE id = $1 AND secret = $5`,
      [id, sealed, new Date(until), new Date(now), before],
    );
    this.unwritten.delete(id);
  }
}

function jsonOf(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
