import { Inject, Injectable } from '@nestjs/common';
import type { Message } from '#libs/contracts';
import type { LiveBus } from '#libs/live';
import { readOneTap, type ChannelParts } from '#libs/notify';
import { ACTIONS_AT_ONCE, actOnAlerts, AuditEntity, NotificationEntity, UserEntity } from '#libs/persistence';
import { CLOCK, ProblemError, type Clock } from '#libs/platform';
import type pg from 'pg';
import { DataSource, In, IsNull } from 'typeorm';
import { BUS, POOL } from '../gateway.tokens.js';
import { CHANNEL_PARTS } from './channels.tokens.js';

/** What a link is about, for whoever holds it. */
export interface OneTapView {
  /** `open`: a tap acknowledges; `answered`: nobody needs to any more; `done`: this tap did. */
  state: 'open' | 'answered' | 'used' | 'expired' | 'done';
  subject: string;
  severity: Message['severity'];
  language: Message['language'];
  alerts: Pick<Message['alerts'][number], 'number' | 'title' | 'place' | 'value' | 'severity' | 'since'>[];
  total: number;
  /** When it was told. */
  at: number;
}

const MOST_IDS = 200;

/** Acknowledging by the link of a message, without signing in. */
@Injectable()
export class OneTap {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(BUS) private readonly bus: LiveBus,
    @Inject(CHANNEL_PARTS) private readonly parts: ChannelParts,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Changes nothing. */
  async look(token: string): Promise<OneTapView> {
    const { row, expired } = await this.open(token);
    if (row.linkUsedAt !== null) return viewOf(row, 'used');
    if (expired) return viewOf(row, 'expired');
    return viewOf(row, (await this.unanswered(row.id)).length > 0 ? 'open' : 'answered');
  }

  /**
   * Acknowledges every alert of the message that nobody has answered, in the name of its recipient. Marked as used only
   * after that: of a hub that dies in between, the next tap finds nothing left to do.
   */
  async acknowledge(token: string): Promise<OneTapView> {
    const { row, expired } = await this.open(token);
    if (row.linkUsedAt !== null) throw new ProblemError(409, 'link-used', 'Conflict', 'This link was used already.');
    if (expired) throw new ProblemError(410, 'link-expired', 'Gone', 'This link has expired.');
    const now = this.clock.now();
    const ids = await this.unanswered(row.id);
    for (let at = 0; at < ids.length; at += ACTIONS_AT_ONCE) {
      const some = ids.slice(at, at + ACTIONS_AT_ONCE);
      await actOnAlerts(this.pool, some, { action: 'acknowledge' }, { login: row.recipient, link: true }, now);
    }
    const used = { linkUsedAt: new Date(now), state: 'received' as const, nextAt: null };
    const { affected } = await this.database.manager.update(
      NotificationEntity,
      { id: row.id, linkUsedAt: IsNull() },
      used,
    );
    if (affected === 1) {
      const detail = { channel: row.channel, alerts: ids.length };
      await this.database.manager.insert(AuditEntity, {
        actor: row.recipient,
        action: 'link.use',
        object: row.id,
        detail,
      });
    }
    if (ids.length > 0) {
      await this.bus.publish('alerts', { ids: ids.slice(0, MOST_IDS), more: ids.length > MOST_IDS, setup: false });
    }
    return viewOf(row, ids.length > 0 ? 'done' : 'answered');
  }

  private async open(token: string): Promise<{ row: NotificationEntity; expired: boolean }> {
    const read = readOneTap(this.parts.hubSecret, token);
    const row = read && (await this.database.manager.findOneBy(NotificationEntity, { id: read.notification }));
    // Who may no longer sign in answers no alert either.
    const stands = row && (row.recipient === row.channel || (await this.mayAct(row.recipient)));
    if (!read || !row || !stands) throw new ProblemError(404, 'link-invalid', 'Not Found', 'There is no such link.');
    return { row, expired: this.clock.now() >= read.expiresAt };
  }

  private mayAct(login: string): Promise<boolean> {
    return this.database.manager.existsBy(UserEntity, {
      login,
      disabledAt: IsNull(),
      role: In(['leader', 'operator', 'administrator']),
    });
  }

  /** What nobody has answered of a message's alerts, unless it was asked for again since; of one that climbs or reminds, of its whole group as it was then. */
  private async unanswered(notification: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT a.id FROM notification_item i JOIN alert a ON a.id = i.alert_id
       WHERE i.notification_id = $1 AND a.state = 'firing' AND NOT EXISTS (
         SELECT 1 FROM alert_change c WHERE c.alert_id = a.id AND c.seq > i.change_seq AND c.kind IN ('reopened', 'unmuted'))
       UNION
       SELECT a.id FROM notification n JOIN alert a ON a.group_id = n.group_id
       WHERE n.id = $1 AND n.kind IN ('escalation', 'reminder') AND a.state = 'firing' AND a.muted IS NULL
         AND a.asked_at <= n.created_at
       ORDER BY id`,
      [notification],
    );
    return rows.map(({ id }) => id);
  }
}

function viewOf({ message }: NotificationEntity, state: OneTapView['state']): OneTapView {
  const { subject, severity, language, alerts, total, at } = JSON.parse(message) as Message;
  const shown = alerts.map(({ number, title, place, value, severity: grade, since }) => ({
    number,
    title,
    place,
    value,
    severity: grade,
    since,
  }));
  return { state, subject, severity, language, alerts: shown, total, at };
}
