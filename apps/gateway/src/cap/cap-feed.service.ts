import { Inject, Injectable } from '@nestjs/common';
import { DAY_MS, SEVERITIES, type AlertChange, type Rule, type Text } from '#libs/contracts';
import {
  capMessages,
  capSettings,
  isPublished,
  writeCap,
  writeFeed,
  type CapMessage,
  type CapOutlet,
} from '#libs/notify';
import { alertsById, ChannelEntity } from '#libs/persistence';
import { CLOCK, publicUrl, Settings, type Clock } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { isAboutSmallCounts } from '../alerts/alert-scope.js';
import { POOL } from '../gateway.tokens.js';

/** How long an answer is kept: everybody may ask, the database is asked this often at most. */
const KEPT_MS = 5_000;
const SHOWN_MS = 7 * DAY_MS;
const MOST_ALERTS = 500;
const MOST_ENTRIES = 200;

interface Feed {
  name: string;
  outlet: CapOutlet;
  /** Newest first. */
  messages: CapMessage[];
}

/** The feeds of CAP messages for everybody: made from alerts and their history, nothing is stored for them. */
@Injectable()
export class CapFeeds {
  private readonly kept = new Map<string, { until: number; feed: Promise<Feed | null> }>();

  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The Atom feed of a channel of kind `cap`; null: there is none. */
  async atom(channel: string): Promise<string | null> {
    const feed = await this.feed(channel);
    if (!feed) return null;
    const url = this.urlOf(channel, 'feed.atom');
    const entries = feed.messages
      .slice(0, MOST_ENTRIES)
      .map((message) => ({ message, url: this.urlOf(channel, `${message.identifier}.xml`) }));
    const at = feed.messages[0]?.sent ?? 0;
    return writeFeed({ id: url, title: feed.name, author: feed.outlet.senderName, url, at }, entries);
  }

  /** One message; null: there is none, or it is older than the feed reaches back. */
  async message(channel: string, identifier: string): Promise<string | null> {
    const found = (await this.feed(channel))?.messages.find((message) => message.identifier === identifier);
    return found ? writeCap(found) : null;
  }

  private urlOf(channel: string, name: string): string {
    return `${publicUrl(this.settings)}/v1/public/cap/${encodeURIComponent(channel)}/${name}`;
  }

  private feed(channel: string): Promise<Feed | null> {
    const now = this.clock.now();
    const known = this.kept.get(channel);
    if (known && known.until > now) return known.feed;
    const feed = this.load(channel, now);
    feed.catch(() => this.kept.delete(channel));
    if (this.kept.size >= 100) this.kept.clear();
    this.kept.set(channel, { until: now + KEPT_MS, feed });
    return feed;
  }

  private async load(id: string, now: number): Promise<Feed | null> {
    const channel = await this.database.manager.findOneBy(ChannelEntity, { id, kind: 'cap' });
    if (!channel || channel.disabledAt !== null) return null;
    const { sectors, ...given } = capSettings(channel.settings);
    const outlet: CapOutlet = { ...given, ...(sectors.length > 0 ? { sectors } : {}) };
    const subjects = await this.subjects(now, outlet);
    const messages = subjects
      .flatMap((subject) => capMessages(subject, outlet, now))
      .filter(({ sent }) => sent > now - SHOWN_MS)
      .sort((a, b) => b.sent - a.sent || (a.identifier < b.identifier ? 1 : -1));
    return { name: channel.name, outlet, messages };
  }

  private async subjects(now: number, outlet: CapOutlet) {
    const { rows } = await this.pool.query<SubjectRow>(
      `SELECT a.id, a.rule_then, a.steps FROM alert a
       WHERE a.origin <> 'cap' AND (a.ended_at IS NULL OR a.ended_at > $1)
         AND a.severity = ANY($3) AND (NOT $4::boolean OR a.disaster IS NOT NULL) AND ($5::text[] IS NULL OR a.sector = ANY($5))
       ORDER BY a.fired_at DESC LIMIT $2`,
      [
        new Date(now - SHOWN_MS),
        MOST_ALERTS,
        // Chosen here, too: a storm of others must push nothing out.
        SEVERITIES.slice(SEVERITIES.indexOf(outlet.least)),
        outlet.disastersOnly,
        outlet.sectors ?? null,
      ],
    );
    const own = new Map(rows.map((row) => [row.id, row]));
    const lines = (await alertsById(this.pool, [...own.keys()])).filter((line) => isPublished(line, outlet));
    const changes = await this.changesOf(lines.map(({ id }) => id));
    return lines.flatMap((alert) => {
      const row = own.get(alert.id);
      if (!row) return [];
      const valueHidden = row.rule_then !== null && isAboutSmallCounts(row.rule_then.condition, this.catalogue);
      const steps = row.steps.map(({ text }) => text);
      // What a person wrote for those who answer is not for everybody; title, place and steps are.
      const description = null;
      return [{ alert, changes: changes.get(alert.id) ?? [], steps, description, valueHidden }];
    });
  }

  private async changesOf(ids: readonly string[]): Promise<Map<string, AlertChange[]>> {
    const { rows } = await this.pool.query<ChangeRow>(
      `SELECT alert_id, seq, at, kind, detail FROM alert_change
       WHERE alert_id = ANY($1::uuid[]) AND kind = ANY($2) ORDER BY seq`,
      [ids, ['fired', 'reopened', 'updated', 'muted', 'unmuted', 'ended', 'resolved', 'closed']],
    );
    const changes = new Map<string, AlertChange[]>();
    for (const { alert_id, seq, at, kind, detail } of rows) {
      const list = changes.get(alert_id) ?? [];
      list.push({ seq: Number(seq), at: at.getTime(), actor: 'system', kind, comment: null, detail });
      changes.set(alert_id, list);
    }
    return changes;
  }
}

interface SubjectRow {
  id: string;
  rule_then: Rule | null;
  steps: { text: Text }[];
}

interface ChangeRow {
  alert_id: string;
  seq: string;
  at: Date;
  kind: AlertChange['kind'];
  detail: Record<string, unknown>;
}
