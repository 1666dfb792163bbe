import { Inject, Injectable } from '@nestjs/common';
import { DAY_MS, SEVERITIES, type AlertChange, type Rule, type Text } from '#libs/contracts';
import {
  CAP_RENEWED_MS,
  capMessages,
  capSettings,
  isPublished,
  writeCap,
  writeFeed,
  type CapMessage,
  type CapOutlet,
  type CapSubject,
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
const MOST_KEPT = 100;
const SHOWN_MS = 7 * DAY_MS;
/** Alerts of one page of a feed, and in all: those of the newest messages. */
const PAGE = 200;
const MOST_ALERTS = 10_000;
/** Of one alert in a feed; what comes and goes must not fill it. */
const MOST_OF_ONE = 50;

interface Outlet {
  name: string;
  settings: CapOutlet;
}

interface Kept {
  until: number;
  /** Ids of the alerts that go out, those of the newest messages first; null: there is no such channel. */
  listed: Promise<{ outlet: Outlet; ids: string[] } | null>;
  pages: Map<number, Promise<CapMessage[]>>;
}

/** The feeds of CAP messages for everybody: made from alerts and their history, nothing is stored for them. */
@Injectable()
export class CapFeeds {
  private readonly kept = new Map<string, Kept>();

  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** A page of the Atom feed of a channel of kind `cap`, from 1, each naming the next (RFC 5005); null: there is none. */
  async atom(channel: string, page: number): Promise<string | null> {
    const kept = this.keep(channel);
    const listed = await kept.listed;
    if (!listed || page > Math.max(1, Math.ceil(listed.ids.length / PAGE))) return null;
    const { name, settings } = listed.outlet;
    const messages = await this.page(kept, listed, page);
    const url = this.urlOf(channel, 'feed.atom');
    const pageUrl = (n: number): string => (n === 1 ? url : `${url}?page=${n}`);
    const entries = messages.map((message) => ({ message, url: this.urlOf(channel, `${message.identifier}.xml`) }));
    const next = page * PAGE < listed.ids.length ? pageUrl(page + 1) : null;
    const at = messages[0]?.sent ?? 0;
    return writeFeed({ id: url, title: name, author: settings.senderName, url: pageUrl(page), next, at }, entries);
  }

  /** One message, whatever the feed lists; null: there is none, or its alert ended before the time of the feed. */
  async message(channel: string, identifier: string): Promise<string | null> {
    const kept = this.keep(channel);
    const listed = await kept.listed;
    if (!listed) return null;
    const isIt = (message: CapMessage): boolean => message.identifier === identifier;
    // What is asked for most, by everybody who has just read the feed.
    const newest = (await this.page(kept, listed, 1)).find(isIt);
    if (newest) return writeCap(newest);
    const alert = /^([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})-\d+(?:\.\d+)?$/.exec(identifier)?.[1];
    if (alert === undefined) return null;
    const now = this.clock.now();
    const { settings } = listed.outlet;
    const [subject] = await this.subjects(await this.idsOf(settings, now, alert), settings);
    const found = subject && capMessages(subject, settings, now).find(isIt);
    return found ? writeCap(found) : null;
  }

  private urlOf(channel: string, name: string): string {
    return `${publicUrl(this.settings)}/v1/public/cap/${encodeURIComponent(channel)}/${name}`;
  }

  private keep(channel: string): Kept {
    const now = this.clock.now();
    const known = this.kept.get(channel);
    if (known && known.until > now) return known;
    const listed = this.list(channel, now);
    const kept: Kept = { until: now + KEPT_MS, listed, pages: new Map() };
    listed.catch(() => this.kept.delete(channel));
    if (this.kept.size >= MOST_KEPT) this.kept.clear();
    this.kept.set(channel, kept);
    return kept;
  }

  private async list(id: string, now: number): Promise<{ outlet: Outlet; ids: string[] } | null> {
    const channel = await this.database.manager.findOneBy(ChannelEntity, { id, kind: 'cap' });
    if (!channel || channel.disabledAt !== null) return null;
    const { sectors, ...given } = capSettings(channel.settings);
    const settings: CapOutlet = { ...given, ...(sectors.length > 0 ? { sectors } : {}) };
    return { outlet: { name: channel.name, settings }, ids: await this.idsOf(settings, now) };
  }

  /** The messages of a page, newest first. */
  private page(kept: Kept, listed: { outlet: Outlet; ids: string[] }, page: number): Promise<CapMessage[]> {
    const known = kept.pages.get(page);
    if (known) return known;
    const messages = this.loadPage(listed.ids.slice((page - 1) * PAGE, page * PAGE), listed.outlet.settings);
    kept.pages.set(page, messages);
    messages.catch(() => kept.pages.delete(page));
    return messages;
  }

  private async loadPage(ids: readonly string[], outlet: CapOutlet): Promise<CapMessage[]> {
    const now = this.clock.now();
    return (await this.subjects(ids, outlet))
      .flatMap((subject) => capMessages(subject, outlet, now).slice(-MOST_OF_ONE))
      .filter(({ sent }) => sent > now - SHOWN_MS)
      .sort((a, b) => b.sent - a.sent || (a.identifier < b.identifier ? 1 : -1));
  }

  /**
   * The alerts that go out, or whether one does. By when each has its newest message, so that the end of an old one is as new
   * as the beginning of another: what lasts is told again each half day.
   */
  private async idsOf(outlet: CapOutlet, now: number, only: string | null = null): Promise<string[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      `SELECT a.id FROM alert a CROSS JOIN LATERAL (
         SELECT greatest(a.fired_at, a.asked_at, a.resolved_at, a.closed_at, a.ended_at) AS at) AS changed
       WHERE a.origin <> 'cap' AND (a.ended_at IS NULL OR a.ended_at > $1) AND ($6::uuid IS NULL OR a.id = $6)
         AND a.severity = ANY($3) AND (NOT $4::boolean OR a.disaster IS NOT NULL) AND ($5::text[] IS NULL OR a.sector = ANY($5))
       ORDER BY changed.at + CASE WHEN a.ended_at IS NOT NULL THEN interval '0'
         ELSE floor(extract(epoch FROM $7::timestamptz - changed.at) / $8) * $8 * interval '1 s' END DESC, a.number DESC LIMIT $2`,
      [
        new Date(now - SHOWN_MS),
        MOST_ALERTS,
        // Chosen here, too: a storm of others must push nothing out.
        SEVERITIES.slice(SEVERITIES.indexOf(outlet.least)),
        outlet.disastersOnly,
        outlet.sectors ?? null,
        only,
        new Date(now),
        CAP_RENEWED_MS / 1_000,
      ],
    );
    return rows.map(({ id }) => id);
  }

  private async subjects(ids: readonly string[], outlet: CapOutlet): Promise<CapSubject[]> {
    if (ids.length === 0) return [];
    const { rows } = await this.pool.query<SubjectRow>(
      'SELECT id, rule_then, steps FROM alert WHERE id = ANY($1::uuid[])',
      [ids],
    );
    const own = new Map(rows.map((row) => [row.id, row]));
    const lines = (await alertsById(this.pool, ids)).filter((line) => isPublished(line, outlet));
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
