import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type pg from 'pg';
import type { AlertLine, AlertSettings, BusMessages, HubEvent, Policy, Rule, Silence } from '#libs/contracts';
import type { LiveBus, UnitLookup } from '#libs/live';
import { BucketReader, checkAlerts, findAlerts, inTransaction, pipelinePool, PgPipelineStore } from '#libs/persistence';
import { passDeadlines, storeParts } from '#libs/pipeline';
import { Metrics } from '#libs/platform';
import { Catalogue, type SectorPack } from '#libs/sector-kit';
import { AlertWorld } from '../../apps/alerter/src/alert-world.js';
import { AlerterMetrics } from '../../apps/alerter/src/alerter-metrics.js';
import { TellingBell } from '../../apps/alerter/src/bells.js';
import { Evaluator, type EvaluatorPorts } from '../../apps/alerter/src/evaluation/evaluator.js';
import type { Leader } from '../../apps/alerter/src/evaluation/leader.js';
import { RuleBook } from '../../apps/alerter/src/evaluation/rule-book.js';
import type { UnitQuestions } from '../../apps/alerter/src/evaluation/watched.js';
import { tellDueGroup } from '../../apps/alerter/src/telling/tell-group.js';
import { testDatabase, type TestDatabase } from './database.js';
import { reading, samplePack } from './sample-pack.js';

/** Communes, each of the province that their first two figures name; `old` was merged into 92001. */
const units: UnitLookup & UnitQuestions = {
  within: (code, ancestor) => code.startsWith(ancestor),
  isNamed: (code, name) => code.startsWith(name === 'old' ? '92001' : name),
  province: (code) => code.slice(0, 2),
  find: (code) => ({ name: `Xã ${code}`, lon: 105.5, lat: 10.2, parent: code.length > 2 ? code.slice(0, 2) : null }),
};

/** Above a limit, meter by meter. */
export const aboveMeter = (limit: number): Rule['condition'] => ({
  kind: 'threshold',
  value: 'last_max(sample_meter, 2h)',
  above: limit,
});
export const highMeter: Rule = {
  id: 'sample.high',
  title: { vi: 'high', en: 'high' },
  sector: 'sample',
  severity: 'serious',
  note: { vi: 'assumed', en: 'assumed' },
  condition: aboveMeter(10),
  by: 'meter',
};

/** A message that was decided on, and who gets it. */
export interface ToldMessage {
  kind: string;
  recipient: string;
  channel: string;
  subject: string;
  lines: string[];
  total: number;
}

/** The alerter's parts on a database of their own, with a clock that stands still until it is moved. */
export class AlertRig {
  now = Date.UTC(2026, 10, 25, 3);
  readonly published: BusMessages['alerts'][] = [];
  evaluator!: Evaluator;
  world!: AlertWorld;
  book!: RuleBook;
  /** Called at the start of each transaction of the evaluator. */
  guard: () => Promise<void> = () => Promise.resolve();
  private events = 0;

  private constructor(
    readonly database: TestDatabase,
    readonly pool: pg.Pool,
    private readonly catalogue: Catalogue,
  ) {}

  static async open(rules: readonly Rule[]): Promise<AlertRig> {
    const rig = await AlertRig.of({ ...samplePack, rules });
    await rig.source('test', ['*'], 60);
    await rig.restart();
    return rig;
  }

  /** Of a pack with its own rules; there are no sources, and nothing is judged before `restart`. */
  static async of(pack: SectorPack): Promise<AlertRig> {
    const database = await testDatabase();
    return new AlertRig(database, pipelinePool(database.url, 'test', 6), new Catalogue([pack]));
  }

  /** A source that may write everything for these units, and promises something every so many seconds. */
  async source(id: string, forUnits: readonly string[], every: number, simulated = true): Promise<void> {
    await this.database.query(
      `INSERT INTO source (id, name, types, units, rate, every, simulated) VALUES ($1, 'Thử', '{*}', $2, 100, $3, $4)`,
      [id, forUnits, every, simulated],
    );
  }

  /** Ends a test. Throws where alerts, states of rules, history and messages do not agree, whatever the test did. */
  async closeSound(): Promise<void> {
    const faults = await inTransaction(this.pool, checkAlerts);
    await this.close();
    if (faults.length > 0) throw new Error(`alerts are not sound: ${JSON.stringify(faults)}`);
  }

  async close(): Promise<void> {
    await this.pool.end();
    await this.database.drop();
  }

  /** Another process takes over: everything comes from the database. */
  async restart(): Promise<void> {
    this.evaluator = await this.another();
  }

  /** A further evaluator that believes that it leads. */
  async another(limits?: EvaluatorPorts['limits']): Promise<Evaluator> {
    const log = pino({ level: 'silent' });
    const clock = { now: () => this.now };
    const leader = { isLeader: true, guard: () => this.guard() } as unknown as Leader;
    this.world = new AlertWorld(this.pool, clock);
    this.book = new RuleBook(this.pool, this.catalogue, log);
    await Promise.all([this.world.load(), this.book.load()]);
    const evaluator = new Evaluator({
      ...{ pool: this.pool, catalogue: this.catalogue, units, clock, log, leader, book: this.book, world: this.world },
      reader: new BucketReader(this.pool),
      bus: this.bus(),
      metrics: new AlerterMetrics(new Metrics('alerter')),
      bell: new TellingBell(),
      ...(limits ? { limits } : {}),
    });
    await evaluator.rulesChanged();
    return evaluator;
  }

  /** A meter says something now. */
  async read(value: number, meter = 'm1', unit = '92001'): Promise<void> {
    await this.take(reading(`e${this.events++}`, this.now, value, meter, unit));
  }

  /** An event arrives from its source, and is counted. */
  async take(event: HubEvent): Promise<void> {
    const store = new PgPipelineStore(this.pool);
    const part = { batch: randomUUID(), source: event.source, at: this.now, via: 'http' as const, events: [event] };
    const outcome = await storeParts(store, this.catalogue, [{ ...part, rejected: [], rejectedTotal: 0 }], this.now);
    this.evaluator.followed.buckets.apply(outcome.buckets, this.now);
  }

  /** Moves the clock and judges, until there is nothing more to do now. */
  async after(seconds: number): Promise<void> {
    this.now += seconds * 1_000;
    await passDeadlines(new PgPipelineStore(this.pool), this.catalogue, this.now, 1_000);
    await this.evaluator.followed.reload();
    while (await this.evaluator.round());
  }

  /** Tells whatever is due; returns the messages that were decided on, with who gets them. */
  async tell(): Promise<ToldMessage[]> {
    const before = await this.database.query<{ id: string }>('SELECT id FROM notification');
    const { setup, isHoliday } = this.world;
    const within = (unit: string, above: string): boolean => units.within(unit, above);
    const world = { setup, isHoliday, within, agencyName: () => undefined };
    while (await inTransaction(this.pool, (client) => tellDueGroup(client, world, this.now, null)));
    const rows = await this.database.query<{ kind: string; recipient: string; channel: string; message: string }>(
      'SELECT kind, recipient, channel, message FROM notification WHERE NOT id = ANY($1) ORDER BY recipient, channel, kind',
      [before.map(({ id }) => id)],
    );
    return rows.map(({ kind, recipient, channel, message }) => {
      const { subject, lines, total } = JSON.parse(message) as Pick<ToldMessage, 'subject' | 'lines' | 'total'>;
      return { kind, recipient, channel, subject, lines, total };
    });
  }

  async alerts(): Promise<AlertLine[]> {
    return (await findAlerts(this.pool, { limit: 1_000 })).reverse();
  }

  /** Kinds of everything that happened, in order. */
  async history(): Promise<string[]> {
    return (await this.database.query<{ kind: string }>('SELECT kind FROM alert_change ORDER BY seq')).map(
      ({ kind }) => kind,
    );
  }

  async person(login: string, role: string): Promise<void> {
    await this.database.query('INSERT INTO app_user (login, password, role) VALUES ($1, $2, $3)', [login, 'x', role]);
    await this.setupChanged();
  }

  async set(settings: Partial<AlertSettings>, policies: readonly Policy[] = []): Promise<void> {
    for (const [name, value] of Object.entries(settings))
      await this.database.query(
        'INSERT INTO alert_setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
        [name, JSON.stringify(value)],
      );
    for (const policy of policies)
      await this.database.query(
        'INSERT INTO policy (id, definition) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET definition = excluded.definition',
        [policy.id, JSON.stringify(policy)],
      );
    await this.setupChanged();
  }

  async silence(matcher: Silence['matcher'], seconds: number): Promise<string> {
    const id = randomUUID();
    await this.database.query(
      `INSERT INTO silence (id, kind, matcher, starts_at, ends_at, reason, made_by) VALUES ($1, 'silence', $2, $3, $4, 'thử', 'an')`,
      [id, JSON.stringify(matcher), new Date(this.now), new Date(this.now + seconds * 1_000)],
    );
    await this.setupChanged();
    return id;
  }

  async setupChanged(): Promise<void> {
    const { revision } = this.book;
    await Promise.all([this.world.load(), this.book.load()]);
    this.evaluator.watched.touch();
    if (this.book.revision !== revision) await this.evaluator.rulesChanged();
  }

  private bus(): LiveBus {
    return {
      publish: (topic: string, message: never) => {
        if (topic === 'alerts') this.published.push(message);
        return Promise.resolve();
      },
      subscribe: () => Promise.resolve(() => Promise.resolve()),
      onGap: () => undefined,
      onError: () => undefined,
      close: () => Promise.resolve(),
    } as unknown as LiveBus;
  }
}
