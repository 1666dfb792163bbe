import { Column, CreateDateColumn, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** A person who may sign in. */
@Entity('app_user')
export class UserEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'text', unique: true })
  login!: string;

  /** argon2id, encoded with its parameters. */
  @Column({ type: 'text' })
  password!: string;

  @Column({ type: 'text', default: 'administrator' })
  role!: string;

  /** As people call him or her; empty: the login. */
  @Column({ type: 'text', default: '' })
  name!: string;

  /** Number for the button "call". */
  @Column({ type: 'text', nullable: true })
  phone!: string | null;

  @Column({ type: 'text', default: 'vi' })
  language!: 'vi' | 'en';

  @Column({ type: 'timestamptz', nullable: true, name: 'disabled_at' })
  disabledAt!: Date | null;

  @Column({ type: 'integer', default: 0 })
  failures!: number;

  @Column({ type: 'timestamptz', nullable: true, name: 'locked_until' })
  lockedUntil!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}

/** A signed-in browser; the cookie holds the token, the table only its SHA-256. */
@Entity('user_session')
@Index(['userId'])
export class SessionEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'bytea', unique: true })
  hash!: Buffer;

  @Column({ type: 'uuid', name: 'user_id' })
  userId!: string;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at' })
  expiresAt!: Date;
}

/** A read-only link for a wall display, with a scope; revocable. */
@Entity('wall_link')
export class WallLinkEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'bytea', unique: true })
  hash!: Buffer;

  /** Sector ids it may see; `*`: all. */
  @Column({ type: 'text', array: true })
  sectors!: string[];

  /** Units it may see, each with all units below; `*`: all. */
  @Column({ type: 'text', array: true })
  units!: string[];

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', nullable: true, name: 'expires_at' })
  expiresAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true, name: 'revoked_at' })
  revokedAt!: Date | null;
}

/** Who did what that others feel. Append-only. */
@Entity('audit_entry')
export class AuditEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  at!: Date;

  /** Login, `cli` or `system`. */
  @Column({ type: 'text' })
  actor!: string;

  @Column({ type: 'text' })
  action!: string;

  @Column({ type: 'text' })
  object!: string;

  @Column({ type: 'jsonb', default: {} })
  detail!: Record<string, unknown>;
}
