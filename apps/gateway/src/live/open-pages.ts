import { randomUUID } from 'node:crypto';
import { notePages } from '#libs/persistence';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Viewer } from '../access/viewer.js';

/**
 * Tells the database whose pages are open at this gateway: again and again, and at once when somebody comes or goes. The
 * alerter reads it, to know whether a message in the application reached its person.
 */
export class OpenPages {
  private readonly gateway = randomUUID();
  /** Pages by login. */
  private readonly pages = new Map<string, number>();
  private noted = 0;
  private writing: Promise<void> | null = null;
  private again = false;
  private heard = true;
  private closed = false;

  constructor(
    private readonly pool: pg.Pool,
    private readonly log: Logger,
    /** Whether this gateway hears what is to be shown. While it does not, its pages show no message, as if they were closed. */
    private readonly hears: () => boolean,
  ) {}

  opened({ kind, name }: Viewer): void {
    if (kind !== 'user') return;
    const pages = this.pages.get(name) ?? 0;
    this.pages.set(name, pages + 1);
    if (pages === 0) this.beat();
  }

  left({ kind, name }: Viewer): void {
    if (kind !== 'user') return;
    const pages = this.pages.get(name) ?? 1;
    if (pages > 1) return void this.pages.set(name, pages - 1);
    this.pages.delete(name);
    this.beat();
  }

  /** Called often: says at once that this gateway hears nothing any more, or hears again. */
  look(): void {
    if (this.hears() !== this.heard) this.beat();
  }

  /** One write at a time; what changes meanwhile is in the next. */
  beat(): void {
    this.again = true;
    if (this.closed) return;
    this.writing ??= this.write().finally(() => (this.writing = null));
  }

  /** Resolves when all is written down. */
  async written(): Promise<void> {
    await this.writing;
  }

  /** Nobody is here any more. */
  async close(): Promise<void> {
    this.closed = true;
    await this.written();
    if (this.noted > 0) await this.note([]);
  }

  private async write(): Promise<void> {
    while (this.again && !this.closed) {
      this.again = false;
      this.heard = this.hears();
      await this.note(this.heard ? [...this.pages.keys()] : []);
    }
  }

  private async note(people: readonly string[]): Promise<void> {
    try {
      await notePages(this.pool, this.gateway, people);
      this.noted = people.length;
    } catch (error) {
      this.log.warn({ err: error }, 'whose pages are open could not be noted');
    }
  }
}
