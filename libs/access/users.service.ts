import { Inject, Injectable } from '@nestjs/common';
import { Algorithm, hash, verify } from '@node-rs/argon2';
import { DataSource, IsNull, type EntityManager } from 'typeorm';
import { PERSON_ROLES, type PersonRole } from '#libs/contracts';
import { AuditEntity, ChannelEntity, SessionEntity, UserEntity } from '#libs/persistence';
import { AccessError } from './access.error.js';
import { ACCESS_PUBLISHER, type AccessPublisher } from './access.tokens.js';
import { randomToken } from './credential.js';

/** OWASP's recommendation for argon2id: 19 MiB, two passes. */
const ARGON = { algorithm: 2 as Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const MAX_FAILURES = 5;
const LOCK_MINUTES = 15;
const MAX_PASSWORD = 200;
const LOGIN = /^[a-z0-9][a-z0-9._-]{1,59}$/;
/** Takes turns: two administrators who shut each other out must not both succeed. */
const PEOPLE_LOCK = 726_018;

/**
 * Taken by whoever adds a person or a channel. Messages name their recipient by login, or by the channel's id where its group is
 * told: no login may be the id of a channel.
 */
export const RECIPIENTS_LOCK = 726_013;

export type LoginResult =
  | { ok: true; user: { id: string; login: string; role: string } }
  | { ok: false; reason: 'invalid' | 'locked'; until?: Date };

/** What may be changed of a person; absent fields stay. */
export interface PersonChange {
  name?: string;
  role?: PersonRole;
  phone?: string | null;
  language?: 'vi' | 'en';
  disabled?: boolean;
}

/** People who may sign in. */
@Injectable()
export class Users {
  /** Verified against when there is no such login, so that both cases take the same time. */
  private decoy: Promise<string> | undefined;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(ACCESS_PUBLISHER) private readonly publish: AccessPublisher,
  ) {}

  /** Checks a password. After five failures in a row the login is locked for 15 minutes. */
  async verify(login: string, password: string, now = new Date()): Promise<LoginResult> {
    const given = password.slice(0, MAX_PASSWORD);
    const user = await this.dataSource.manager.findOneBy(UserEntity, { login });
    if (!user) {
      await verify(await (this.decoy ??= hash(randomToken(), ARGON)), given);
      return { ok: false, reason: 'invalid' };
    }
    if (user.lockedUntil && user.lockedUntil > now) return { ok: false, reason: 'locked', until: user.lockedUntil };
    if (!(await verify(user.password, given))) return this.failed(user, now);
    if (user.disabledAt) return { ok: false, reason: 'invalid' };
    await this.dataSource.manager.update(UserEntity, { id: user.id }, { failures: 0, lockedUntil: null });
    return { ok: true, user: { id: user.id, login: user.login, role: user.role } };
  }

  /** Makes `admin` when there is no user at all. Resolves to the password, to be shown once; null when there are users. */
  async ensureAdministrator(): Promise<{ login: string; password: string } | null> {
    const password = newPassword();
    const encoded = await hash(password, ARGON);
    return this.dataSource.transaction(async (manager) => {
      // Two processes that start together must not both make one.
      await manager.query('SELECT pg_advisory_xact_lock(726002)');
      if ((await manager.count(UserEntity)) > 0) return null;
      await manager.insert(UserEntity, { login: 'admin', password: encoded, role: 'administrator' });
      await manager.insert(AuditEntity, { actor: 'system', action: 'user.add', object: 'admin', detail: {} });
      return { login: 'admin', password };
    });
  }

  /** Adds a person with a random password, shown once. */
  async add(login: string, role: string, actor: string): Promise<{ login: string; role: string; password: string }> {
    if (!LOGIN.test(login)) throw new AccessError('invalid', 'login must be 2 to 60 of a-z, 0-9, "-", "_", "."');
    if (!(PERSON_ROLES as readonly string[]).includes(role)) {
      throw new AccessError('invalid', `role must be one of ${PERSON_ROLES.join(', ')}`);
    }
    const password = newPassword();
    const encoded = await hash(password, ARGON);
    await this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [RECIPIENTS_LOCK]);
      if (await manager.existsBy(UserEntity, { login }))
        throw new AccessError('conflict', `there is already a user "${login}"`);
      if (await manager.existsBy(ChannelEntity, { id: login }))
        throw new AccessError('conflict', `"${login}" is the id of a channel: choose another login`);
      await manager.insert(UserEntity, { login, password: encoded, role });
      await manager.insert(AuditEntity, { actor, action: 'user.add', object: login, detail: { role } });
    });
    return { login, role, password };
  }

  /**
   * Changes what is said of a person. Who is disabled, or gets another role, loses all sessions; one administrator
   * always stays.
   */
  async change(login: string, change: PersonChange, actor: string): Promise<void> {
    const { disabled, ...rest } = change;
    const id = await this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [PEOPLE_LOCK]);
      const user = await manager.findOneBy(UserEntity, { login });
      if (!user) throw new AccessError('not-found', `there is no user "${login}"`);
      const role = rest.role ?? user.role;
      const disabledAt = disabled === undefined ? user.disabledAt : disabled ? (user.disabledAt ?? new Date()) : null;
      await manager.update(UserEntity, { id: user.id }, { ...rest, disabledAt });
      if (user.role === 'administrator') await oneAdministratorStays(manager);
      const out = disabledAt !== null || role !== user.role;
      if (out) await manager.delete(SessionEntity, { userId: user.id });
      // Numbers and names of people stay out of the record; which were changed does not.
      const detail = { fields: Object.keys(change), role, disabled: disabledAt !== null };
      await manager.insert(AuditEntity, { actor, action: 'user.change', object: login, detail });
      return out ? user.id : null;
    });
    if (id !== null) await this.publish({ kind: 'user', id });
  }

  /** Gives a new random password (or the given one), unlocks the login and ends its sessions. */
  async resetPassword(login: string, actor: string, password = newPassword()): Promise<string> {
    if (password.length < 10 || password.length > MAX_PASSWORD) {
      throw new AccessError('invalid', `a password must have 10 to ${MAX_PASSWORD} characters`);
    }
    const encoded = await hash(password, ARGON);
    const id = await this.dataSource.transaction(async (manager) => {
      const user = await manager.findOneBy(UserEntity, { login });
      if (!user) throw new AccessError('not-found', `there is no user "${login}"`);
      await manager.update(UserEntity, { id: user.id }, { password: encoded, failures: 0, lockedUntil: null });
      await manager.delete(SessionEntity, { userId: user.id });
      await manager.insert(AuditEntity, { actor, action: 'user.reset-password', object: login, detail: {} });
      return user.id;
    });
    await this.publish({ kind: 'user', id });
    return password;
  }

  private async failed(user: UserEntity, now: Date): Promise<LoginResult> {
    const until = new Date(now.getTime() + LOCK_MINUTES * 60_000);
    // One statement: parallel guesses must not share a count.
    const [rows] = await this.dataSource.query<[{ locked_until: Date | null }[], number]>(
      `UPDATE app_user SET
         failures = CASE WHEN failures + 1 >= $2 THEN 0 ELSE failures + 1 END,
         locked_until = CASE WHEN failures + 1 >= $2 THEN $3::timestamptz ELSE locked_until END
       WHERE id = $1 RETURNING locked_until`,
      [user.id, MAX_FAILURES, until],
    );
    const locked = rows[0]?.locked_until;
    return locked && locked > now ? { ok: false, reason: 'locked', until: locked } : { ok: false, reason: 'invalid' };
  }
}

async function oneAdministratorStays(manager: EntityManager): Promise<void> {
  if (await manager.existsBy(UserEntity, { role: 'administrator', disabledAt: IsNull() })) return;
  throw new AccessError('conflict', 'this is the last administrator: make another one first');
}

/** 120 random bits. */
const newPassword = (): string => randomToken().slice(0, 20);
