import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  dayName,
  HOUR_MS,
  MINUTE_MS,
  periodStart,
  type AlertSettings,
  type Brief,
  type Message,
} from '#libs/contracts';
import { BriefEntity, NotificationEntity } from '#libs/persistence';
import { CLOCK, LOG, ProblemError, Settings, type Clock } from '#libs/platform';
import type { Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { BoardData } from '../boards/board-data.js';
import { messageOf } from './brief-message.js';
import { briefPdf } from './brief-pdf.js';
import { BriefPeople, type BriefWay } from './brief-people.service.js';
import { makeBrief } from './choose-lines.js';
import { BriefFactsReader } from './gather-facts.service.js';

/** When it is made where it is told to nobody. */
const USUAL = '07:00';
/** What was missed is caught up within the morning only: yesterday's news at night help nobody. */
const MORNING_MS = 12 * HOUR_MS;
const MOST_TOLD = 500;
/** A look ahead is made again after this long, whoever asks. */
const LIVE_MS = 10_000;
const MOST_FILE_BYTES = 500_000;

/** The brief of each day: made once over all processes, kept, and told to whom the settings name. */
@Injectable()
export class Briefs {
  /** The day of which there is one, by whatever process. */
  private madeFor: string | null = null;
  private live: { until: number; brief: Promise<Brief> } | null = null;

  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(BriefFactsReader) private readonly facts: BriefFactsReader,
    @Inject(BriefPeople) private readonly people: BriefPeople,
    @Inject(BoardData) private readonly data: BoardData,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** Address of the hub as people reach it. */
  get base(): string {
    const { PUBLIC_URL, HOST, GATEWAY_PORT } = this.settings;
    return PUBLIC_URL ?? `http://${HOST}:${GATEWAY_PORT}`;
  }

  /** The brief of a day; today's before its hour as it would be now. Throws a problem of 404 where none was made. */
  async of(day?: string): Promise<Brief> {
    const today = dayName(this.clock.now());
    const kept = await this.database.getRepository(BriefEntity).findOneBy({ day: day ?? today });
    if (kept) return kept.content;
    if (day === undefined || day === today) return this.now();
    throw new ProblemError(404, 'day-unknown', 'Not Found', `No morning brief was made on ${day}.`);
  }

  /** Makes and tells today's brief where it is due and nobody has; resolves to its day then. */
  async make(): Promise<string | null> {
    const now = this.clock.now();
    const day = dayName(now);
    if (this.madeFor === day) return null;
    const wanted = await this.people.settings();
    const due = timeOf(wanted?.at ?? USUAL);
    const midnight = periodStart('d', now);
    const sinceMidnight = now - midnight;
    // Looked at again in the next round: the hour may be changed until one is made.
    if (sinceMidnight < due || sinceMidnight >= Math.max(MORNING_MS, due + HOUR_MS)) return null;
    if (await this.database.getRepository(BriefEntity).existsBy({ day })) {
      this.madeFor = day;
      return null;
    }
    // Numbers that may be behind are not written down for ever.
    if (this.data.behindSince !== null || !(await this.knewAnything(midnight + due))) return null;
    const made = await this.write(wanted);
    this.madeFor = day;
    return made ? day : null;
  }

  /** A hub that began after the hour has no morning to tell of: all its parts would say that nothing is wrong. */
  private async knewAnything(before: number): Promise<boolean> {
    const [row] = await this.database.query<{ known: boolean }[]>(
      'SELECT EXISTS (SELECT 1 FROM batch WHERE received_at < $1) AS known',
      [new Date(before)],
    );
    return row?.known === true;
  }

  private async write(wanted: AlertSettings['brief']): Promise<boolean> {
    const brief: Brief = { ...makeBrief(await this.facts.gather()), kept: true };
    return this.database.transaction(async (manager) => {
      const ways = wanted ? (await this.people.ways(manager, wanted.to, brief.at)).slice(0, MOST_TOLD) : [];
      // Of several processes the first one's row stands; the others wait here for it, and tell nobody.
      const inserted: unknown[] = await manager.query(
        'INSERT INTO brief (day, made_at, content, told) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING day',
        [brief.day, new Date(brief.at), JSON.stringify(brief), ways.length],
      );
      if (inserted.length === 0) return false;
      if (wanted && ways.length === 0)
        this.log.warn({ day: brief.day }, 'nobody can be told the morning brief: give somebody an address at /people');
      await this.tell(manager, brief, ways);
      return true;
    });
  }

  private async tell(manager: EntityManager, brief: Brief, ways: readonly BriefWay[]): Promise<void> {
    const files = new Map<string, Message['attachment']>();
    for (const { recipient, channel, language, files: wantsFile } of ways) {
      if (wantsFile && !files.has(language)) files.set(language, await this.file(brief, language));
      const attachment = wantsFile ? files.get(language) : undefined;
      const id = randomUUID();
      const message: Message = { ...messageOf(brief, id, language), ...(attachment ? { attachment } : {}) };
      const createdAt = new Date(brief.at);
      await manager.insert(NotificationEntity, {
        id,
        kind: 'brief',
        recipient,
        channel,
        message: JSON.stringify(message),
        createdAt,
        nextAt: createdAt,
      });
    }
  }

  private async file(brief: Brief, language: 'vi' | 'en'): Promise<Message['attachment']> {
    const bytes = await briefPdf(brief, language, this.base);
    if (bytes.length > MOST_FILE_BYTES) return undefined;
    return { name: fileName(brief.day, language), type: 'application/pdf', base64: bytes.toString('base64') };
  }

  private async now(): Promise<Brief> {
    const now = this.clock.now();
    if (!this.live || this.live.until <= now) {
      const brief = this.facts.gather().then((facts): Brief => ({ ...makeBrief(facts), kept: false }));
      this.live = { until: now + LIVE_MS, brief };
      brief.catch(() => (this.live = null));
    }
    return this.live.brief;
  }
}

/** `ban-tin-sang-2026-11-24.pdf` */
export const fileName = (day: string, language: 'vi' | 'en'): string =>
  `${language === 'vi' ? 'ban-tin-sang' : 'morning-brief'}-${day}.pdf`;

function timeOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * HOUR_MS + minutes * MINUTE_MS;
}
