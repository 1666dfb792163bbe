import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ChannelKind, NotificationView } from '#libs/contracts';

/** A way out. */
@Entity('channel')
export class ChannelEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  kind!: ChannelKind;

  @Column({ type: 'text' })
  name!: string;

  /** What may be shown. */
  @Column({ type: 'jsonb', default: {} })
  settings!: Record<string, unknown>;

  /** What may not: passwords, tokens; as JSON, encrypted with a key derived from HUB_SECRET. */
  @Column({ type: 'bytea', nullable: true })
  secret!: Buffer | null;

  /** Number of its signing secret; the one before signs as well for a day after a change. */
  @Column({ type: 'integer', default: 1, name: 'secret_number' })
  secretNumber!: number;

  @Column({ type: 'timestamptz', nullable: true, name: 'rotated_at' })
  rotatedAt!: Date | null;

  /** Until when an access token lasts that the hub renews itself (Zalo); null: it does not, or has to at once. */
  @Column({ type: 'timestamptz', nullable: true, name: 'token_until' })
  tokenUntil!: Date | null;

  /** Messages a minute at most. */
  @Column({ type: 'integer', default: 60 })
  rate!: number;

  @Column({ type: 'timestamptz', nullable: true, name: 'disabled_at' })
  disabledAt!: Date | null;

  @Column({ type: 'text', nullable: true, name: 'disabled_why' })
  disabledWhy!: string | null;

  /** Failures in a row. */
  @Column({ type: 'integer', default: 0 })
  failures!: number;

  /** Start of the first failed try of those in a row. */
  @Column({ type: 'timestamptz', nullable: true, name: 'failing_since' })
  failingSince!: Date | null;

  /** Its server could not even be connected to: a connection that succeeds closes the circuit again. */
  @Column({ type: 'boolean', default: false })
  unreachable!: boolean;

  /** The circuit is open since; nothing is sent but a probe at `probeAt`. */
  @Column({ type: 'timestamptz', nullable: true, name: 'down_since' })
  downSince!: Date | null;

  @Column({ type: 'timestamptz', nullable: true, name: 'probe_at' })
  probeAt!: Date | null;

  /** When its server was last connected to, only to see whether it is there. */
  @Column({ type: 'timestamptz', nullable: true, name: 'checked_at' })
  checkedAt!: Date | null;

  /** Its rate is kept by this: what was sent is paid for until then (see `takeSlots` of libs/notify). */
  @Column({ type: 'timestamptz', nullable: true, name: 'slot_at' })
  slotAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true, name: 'last_ok_at' })
  lastOkAt!: Date | null;

  @Column({ type: 'text', nullable: true, name: 'last_error' })
  lastError!: string | null;
}

/**
 * One message to one recipient by one channel: the decision to send it, and what became of it. Its id goes with every try, so
 * that the receiver knows a repetition.
 */
@Entity('notification')
@Index(['groupId'])
@Index(['channel', 'state'])
@Index('notification_due', ['channel', 'nextAt'], { where: 'next_at IS NOT NULL' })
@Index('notification_done', ['createdAt'], { where: 'next_at IS NULL' })
@Index('notification_expiry', ['expiresAt'], { where: 'next_at IS NOT NULL' })
export class NotificationEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  kind!: NotificationView['kind'];

  @Column({ type: 'uuid', nullable: true, name: 'group_id' })
  groupId!: string | null;

  /** Login, or the channel's id for a group chat. */
  @Column({ type: 'text' })
  recipient!: string;

  @Column({ type: 'text' })
  channel!: string;

  /** `Message` of libs/notify, as text, so that every try sends the same. */
  @Column({ type: 'text' })
  message!: string;

  /** Goes before what is not: of a critical alert. */
  @Column({ type: 'boolean', default: false })
  urgent!: boolean;

  @Column({ type: 'text', default: 'waiting' })
  state!: NotificationView['state'];

  @Column({ type: 'integer', default: 0 })
  tries!: number;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  /** When it is tried next; null: done with. */
  @Column({ type: 'timestamptz', nullable: true, name: 'next_at' })
  nextAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true, name: 'sent_at' })
  sentAt!: Date | null;

  /** What the channel gave as proof: an SMTP queue id, a status, an id. While it waits: what of it was reached already. */
  @Column({ type: 'text', nullable: true })
  receipt!: string | null;

  @Column({ type: 'text', nullable: true, name: 'last_error' })
  lastError!: string | null;

  /** Until when it is worth sending, as its message says. A trigger of the database writes it. */
  @Column({ type: 'timestamptz', nullable: true, name: 'expires_at', insert: false, update: false })
  expiresAt!: Date | null;

  /** When its one-tap link was used. */
  @Column({ type: 'timestamptz', nullable: true, name: 'link_used_at' })
  linkUsedAt!: Date | null;
}

/** Which change was told to whom by which channel: at most once, by its key. */
@Entity('notification_item')
@Index(['notificationId'])
export class NotificationItemEntity {
  @PrimaryColumn({ type: 'bigint', name: 'change_seq' })
  changeSeq!: string;

  @PrimaryColumn({ type: 'text' })
  recipient!: string;

  @PrimaryColumn({ type: 'text' })
  channel!: string;

  @Column({ type: 'uuid', name: 'notification_id' })
  notificationId!: string;

  @Column({ type: 'uuid', name: 'alert_id' })
  @Index()
  alertId!: string;
}

/** A person has pages open at a gateway, which says so again every few seconds. Old rows are of gateways that died. */
@Entity('open_page')
export class OpenPageEntity {
  /** Of the process, anew at each start. */
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'open_page_pk' })
  gateway!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'open_page_pk' })
  @Index('open_page_login')
  login!: string;

  @Column({ type: 'timestamptz', name: 'seen_at' })
  seenAt!: Date;
}
