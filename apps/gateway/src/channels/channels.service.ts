import { Inject, Injectable } from '@nestjs/common';
import { AccessError, RECIPIENTS_LOCK } from '#libs/access';
import { isGroup } from '#libs/alerting';
import type { ChannelKind, ChannelView } from '#libs/contracts';
import type { LiveBus } from '#libs/live';
import { faultsOfChannel, healthOf, seal, secretOf, secretPlace, webhookSecret, webhookSettings } from '#libs/notify';
import type { ChannelSecret } from '#libs/notify';
import { AuditEntity, changeOnCall, ChannelEntity, namesGroup, UserEntity, type OnCallSetup } from '#libs/persistence';
import { CLOCK, LOG, ProblemError, Settings, type Clock } from '#libs/platform';
import type { Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { BUS } from '../gateway.tokens.js';
import { refuseUsed, usersOfTarget } from '../on-call/still-used.js';

export interface GivenChannel {
  name: string;
  settings: Record<string, unknown>;
  /** Fields that are absent stay as they are kept; empty ones are removed. */
  secret?: ChannelSecret;
  rate?: number;
}

const MOST_CHANNELS = 50;
/** Kinds of which there is one, made at the first start. */
const ONLY_ONE: readonly ChannelKind[] = ['in-app', 'web-push'];
const DEFAULT_RATE = 60;
/** A change of these could send what is kept secret to somebody else. */
const WHERE_TO = [
  'host',
  'port',
  'url',
  'encryption',
  'anyCertificate',
  'format',
  'headers',
  'body',
  'appId',
  'renewUrl',
];

/** Channels as administrators set them. `actor`: login. Throws `AccessError`, and problems that name the field. */
@Injectable()
export class Channels {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(BUS) private readonly bus: LiveBus,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  async list(): Promise<ChannelView[]> {
    const [rows, counts] = await Promise.all([
      this.database.manager.find(ChannelEntity, { order: { id: 'ASC' } }),
      this.database.query<{ channel: string; waiting: string; dead: string }[]>(
        `SELECT channel, count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state = 'dead') AS dead
         FROM notification WHERE state IN ('waiting', 'dead') GROUP BY channel`,
      ),
    ]);
    const of = new Map(counts.map((row) => [row.channel, row]));
    return rows.map((row) => viewOf(row, Number(of.get(row.id)?.waiting ?? 0), Number(of.get(row.id)?.dead ?? 0)));
  }

  /** The signing secret of a plain webhook is shown here and at a change, never again. */
  async add(
    id: string,
    kind: ChannelKind,
    given: GivenChannel,
    actor: string,
  ): Promise<{ id: string; secret: string | null }> {
    const secret = withoutEmpty(given.secret ?? {});
    this.check(kind, given.settings, secret);
    await this.database.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [RECIPIENTS_LOCK]);
      if ((await manager.count(ChannelEntity)) >= MOST_CHANNELS) {
        throw new AccessError('conflict', `there are ${MOST_CHANNELS} channels already`);
      }
      if (await manager.existsBy(ChannelEntity, { id }))
        throw new AccessError('conflict', `there is already a channel "${id}"`);
      if (await manager.existsBy(UserEntity, { login: id }))
        throw new AccessError('conflict', `"${id}" is the login of a person: choose another id`);
      if (ONLY_ONE.includes(kind) && (await manager.existsBy(ChannelEntity, { kind }))) {
        throw new AccessError('conflict', `there is already the channel of kind ${kind}`);
      }
      const { name, settings, rate = DEFAULT_RATE } = given;
      await manager.insert(ChannelEntity, {
        id,
        kind,
        name,
        settings: settings as never,
        rate,
        secret: this.sealed(id, secret),
      });
      await note(manager, actor, 'channel.add', id, { kind, name });
    });
    await this.tell();
    return { id, secret: this.signs(kind, given.settings) ? webhookSecret(this.hubSecret, id, 1) : null };
  }

  async change(id: string, given: GivenChannel, actor: string): Promise<void> {
    await this.with(id, actor, 'channel.change', async (manager, row, setup) => {
      const kept = row.secret === null ? {} : this.kept(row);
      // Renewed by the hub, so that nobody else knows it.
      if (given.secret?.refreshToken && given.secret.token === undefined) delete kept.token;
      const secret = withoutEmpty({ ...kept, ...given.secret });
      const moved = WHERE_TO.some(
        (name) => JSON.stringify(row.settings[name]) !== JSON.stringify(given.settings[name]),
      );
      const again = Object.keys(kept).filter((name) => !(name in (given.secret ?? {})));
      if (moved && again.length > 0) {
        throw invalid(
          again.map((name) => ({ path: `/secret/${name}`, message: 'must be given again where the address changes' })),
        );
      }
      this.check(row.kind, given.settings, secret);
      // Whoever names it would tell nobody.
      if (leadsSomewhere(row) && !leadsSomewhere({ kind: row.kind, settings: given.settings }))
        refuseUsed(usersOfTarget({ channel: id }, setup));
      const { name, settings, rate = row.rate } = given;
      const renews = given.secret?.token !== undefined || given.secret?.refreshToken !== undefined;
      // What was wrong with the old settings says nothing about the new ones.
      const anew = {
        failures: 0,
        failingSince: null,
        unreachable: false,
        downSince: null,
        probeAt: null,
        lastError: null,
        ...(renews || moved ? { tokenUntil: null } : {}),
      };
      const set = { name, settings: settings as never, rate, secret: this.sealed(id, secret), ...anew };
      await manager.update(ChannelEntity, { id }, set);
    });
  }

  /** A new signing secret; for a day both sign, so that the receiver can change over. */
  async rotate(id: string, actor: string): Promise<{ id: string; secret: string }> {
    const number = await this.with(id, actor, 'channel.rotate', async (manager, row) => {
      if (!this.signs(row.kind, row.settings)) throw new AccessError('conflict', 'only plain webhooks are signed');
      const secretNumber = row.secretNumber + 1;
      await manager.update(ChannelEntity, { id }, { secretNumber, rotatedAt: new Date(this.clock.now()) });
      return secretNumber;
    });
    return { id, secret: webhookSecret(this.hubSecret, id, number) };
  }

  async disable(id: string, disabled: boolean, actor: string): Promise<void> {
    await this.with(id, actor, disabled ? 'channel.disable' : 'channel.enable', (manager) =>
      manager.update(
        ChannelEntity,
        { id },
        disabled
          ? { disabledAt: new Date(this.clock.now()), disabledWhy: `by ${actor}` }
          : { disabledAt: null, disabledWhy: null, failures: 0, failingSince: null, downSince: null, probeAt: null },
      ),
    );
  }

  async remove(id: string, actor: string): Promise<void> {
    await this.with(id, actor, 'channel.remove', (manager, { kind }, setup) => {
      if (ONLY_ONE.includes(kind)) throw new AccessError('conflict', 'this channel can only be disabled');
      refuseUsed(usersOfTarget({ channel: id }, setup));
      return manager.delete(ChannelEntity, { id });
    });
  }

  async find(id: string): Promise<ChannelEntity> {
    const row = await this.database.manager.findOneBy(ChannelEntity, { id });
    if (row === null) throw new AccessError('not-found', 'there is no such channel');
    return row;
  }

  /** Everybody who watches channels reads them anew; who misses it does at his next look. */
  async tell(): Promise<void> {
    await this.bus
      .publish('alerts', { ids: [], more: false, setup: true })
      .catch((error: Error) => this.log.warn({ error: error.message }, 'channels changed, and nobody was told'));
  }

  private async with<R>(
    id: string,
    actor: string,
    action: string,
    work: (manager: EntityManager, row: ChannelEntity, setup: OnCallSetup) => Promise<R>,
  ): Promise<R> {
    // Nobody names it as whom to tell meanwhile.
    const done = await changeOnCall(this.database, async (setup, { manager }) => {
      const row = await manager.findOne(ChannelEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (row === null) throw new AccessError('not-found', 'there is no such channel');
      const result = await work(manager, row, setup);
      await note(manager, actor, action, id, { name: row.name });
      return result;
    });
    await this.tell();
    return done;
  }

  private check(kind: ChannelKind, settings: Record<string, unknown>, secret: ChannelSecret): void {
    const faults = faultsOfChannel(kind, settings, secret, this.settings.CHANNELS_PRIVATE);
    if (faults.length > 0) throw invalid(faults);
  }

  private kept(row: ChannelEntity): ChannelSecret {
    try {
      return secretOf(row, this.hubSecret);
    } catch {
      // It cannot be opened any more: it has to be given again.
      return {};
    }
  }

  private sealed(id: string, secret: ChannelSecret): Buffer | null {
    return Object.keys(secret).length === 0 ? null : seal(this.hubSecret, secretPlace(id), JSON.stringify(secret));
  }

  private signs(kind: ChannelKind, settings: Record<string, unknown>): boolean {
    return kind === 'webhook' && webhookSettings(settings).format === 'plain';
  }

  private get hubSecret(): string {
    return this.settings.HUB_SECRET ?? '';
  }
}

const invalid = (errors: { path: string; message: string }[]): ProblemError =>
  new ProblemError(
    400,
    'field-invalid',
    'Bad Request',
    errors.map(({ path, message }) => `${path}: ${message}`).join('; '),
    {
      errors,
    },
  );

const leadsSomewhere = ({ kind, settings }: Pick<ChannelEntity, 'kind' | 'settings'>): boolean =>
  isGroup({ id: '', kind, disabled: false, group: namesGroup(settings) });

const withoutEmpty = (secret: ChannelSecret): ChannelSecret =>
  Object.fromEntries(Object.entries(secret).filter(([, value]) => value !== undefined && value !== ''));

function viewOf(row: ChannelEntity, waiting: number, dead: number): ChannelView {
  const { id, kind, name, settings, rate, disabledAt, disabledWhy, downSince, lastError } = row;
  return {
    id,
    kind,
    name,
    settings,
    rate,
    disabledAt: disabledAt?.toISOString() ?? null,
    disabledWhy,
    health: healthOf(row),
    downSince: downSince?.toISOString() ?? null,
    lastError,
    waiting,
    dead,
  };
}

const note = (manager: EntityManager, actor: string, action: string, object: string, detail: Record<string, string>) =>
  manager.insert(AuditEntity, { actor, action, object, detail });
