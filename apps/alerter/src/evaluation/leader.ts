import type { Clock } from '#libs/platform';
import pg from 'pg';
import type { Logger } from 'pino';

/** Whoever holds it evaluates; held by a connection, so it ends with the process. */
const LEADER_LOCK = 726_010;
/** Held shared by each transaction of a leader, so that the next one begins only when none of them is under way. */
const WRITING_LOCK = 726_011;
const EVERY_MS = 500;
const ANSWER_MS = 2_000;
/** A leader that says nothing for so long hangs: the server ends its connection, and so its lock. */
const SILENT_MS = 10_000;

/** The lock was lost: somebody else may evaluate. Nothing was written. */
export class NotLeaderError extends Error {}

/**
 * One of all alerters evaluates: the one whose connection holds an advisory lock. When its process dies the lock is free
 * at once; when its machine vanishes, after about five seconds, when the server notices by keepalives of TCP; when it
 * hangs, after ten.
 */
export class Leader {
  private client: pg.Client | null = null;
  private backend = { pid: 0, began: '' };
  private terms = 0;
  private leads = false;
  private busy = false;
  private timer: NodeJS.Timeout | undefined;
  private lastAnswer = 0;
  private running: Promise<void> | undefined;
  private onLead: () => void = () => undefined;

  constructor(
    private readonly databaseUrl: string,
    private readonly clock: Clock,
    private readonly log: Logger,
    private readonly silentMs = SILENT_MS,
  ) {}

  /** False as soon as the connection no longer answers. */
  get isLeader(): boolean {
    return this.leads && this.clock.now() - this.lastAnswer < ANSWER_MS + 2 * EVERY_MS;
  }

  /**
   * Number of its present or last term. What was decided in one may be written in that one only: in between another may have
   * led, and this one would write over it what it knew before.
   */
  get term(): number {
    return this.terms;
  }

  /** `onLead` is called each time that it becomes the leader. */
  async start(onLead: () => void): Promise<void> {
    this.onLead = onLead;
    this.timer = setInterval(() => this.look(), EVERY_MS);
    this.look();
    await this.running;
  }

  /** Gives the lock away, so that the next one need not wait. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
    this.leads = false;
    await this.client?.end().catch(() => undefined);
  }

  /**
   * Within a transaction that writes what the leader decided in a term. Throws `NotLeaderError` when that term is over. The
   * lock must be held by the very connection that took it: another may have got its process number since.
   */
  async guard(client: pg.ClientBase, term: number): Promise<void> {
    await client.query('SELECT pg_advisory_xact_lock_shared($1)', [WRITING_LOCK]);
    if (term !== this.terms) throw new NotLeaderError('its term is over');
    const { rows } = await client.query(
      `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = $1 AND objsubid = 1
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid = $2 AND granted
         AND EXISTS (SELECT FROM pg_stat_get_activity($2) WHERE backend_start = $3::timestamptz)`,
      [LEADER_LOCK, this.backend.pid, this.backend.began],
    );
    if (rows.length === 0) {
      this.lose();
      throw new NotLeaderError('another alerter leads');
    }
  }

  private look(): void {
    if (this.busy) return;
    this.busy = true;
    this.running = this.ask()
      .catch((error: unknown) => {
        this.log.warn({ error: error instanceof Error ? error.message : String(error) }, 'leader lock');
        this.lose();
      })
      .finally(() => (this.busy = false));
  }

  private async ask(): Promise<void> {
    const client = this.client ?? (await this.connect());
    if (this.leads) {
      await client.query('SELECT 1');
      this.lastAnswer = this.clock.now();
      return;
    }
    const { rows } = await client.query<{ ok: boolean }>('SELECT pg_try_advisory_lock($1) AS ok', [LEADER_LOCK]);
    if (!rows[0]?.ok) return;
    // What the one before still writes comes first; then it sees that it no longer leads.
    await client.query('SELECT pg_advisory_lock($1)', [WRITING_LOCK]);
    await client.query('SELECT pg_advisory_unlock($1)', [WRITING_LOCK]);
    this.lastAnswer = this.clock.now();
    this.terms++;
    this.leads = true;
    this.log.info('this alerter leads');
    this.onLead();
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      application_name: 'ioc-alerter-leader',
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
      options: `-c tcp_keepalives_idle=2 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3 -c statement_timeout=10000 -c idle_session_timeout=${this.silentMs}`,
    });
    client.on('error', () => this.lose());
    client.on('end', () => this.lose());
    await client.connect();
    const { rows } = await client.query<{ pid: number; began: string }>(
      'SELECT pid, backend_start::text AS began FROM pg_stat_get_activity(pg_backend_pid())',
    );
    this.backend = rows[0] ?? { pid: 0, began: '' };
    this.client = client;
    return client;
  }

  private lose(): void {
    if (this.leads) this.log.warn('this alerter no longer leads');
    this.leads = false;
    const client = this.client;
    this.client = null;
    client?.removeAllListeners('end');
    client?.end().catch(() => undefined);
  }
}
