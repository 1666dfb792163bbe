import { Column, Entity, Generated, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type {
  AlertChangeKind,
  AlertState,
  DisasterLevel,
  Muted,
  NumberFormat,
  Rule,
  Severity,
  Text,
} from '#libs/contracts';

/** A rule of an operator, or a pack's rule as an operator changed it. Packs' own rules live in their packs. */
@Entity('alert_rule')
export class RuleEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  /** Null: only switched off or on, the pack's definition stands. */
  @Column({ type: 'jsonb', nullable: true })
  definition!: Rule | null;

  @Column({ type: 'integer', default: 1 })
  version!: number;

  @Column({ type: 'boolean', default: true })
  enabled!: boolean;

  @Column({ type: 'text', name: 'updated_by' })
  updatedBy!: string;

  @Column({ type: 'timestamptz', name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @Column({ type: 'timestamptz', nullable: true, name: 'removed_at' })
  removedAt!: Date | null;
}

/** Where a rule stands for one value of its dimension; rows of what is normal are removed. Survives every restart. */
@Entity('rule_state')
@Index(['dueAt'])
export class RuleStateEntity {
  @PrimaryColumn({ type: 'text' })
  rule!: string;

  @PrimaryColumn({ type: 'text' })
  key!: string;

  /** `pending`, `firing`, `ending` (condition over, still kept) or `quiet` (over, but remembered for flapping). */
  @Column({ type: 'text' })
  phase!: string;

  /** Since when the condition holds, or has ended. */
  @Column({ type: 'timestamptz' })
  since!: Date;

  /** When time alone changes it; null: only data does. */
  @Column({ type: 'timestamptz', nullable: true, name: 'due_at' })
  dueAt!: Date | null;

  @Column({ type: 'double precision', nullable: true })
  value!: number | null;

  @Column({ type: 'uuid', nullable: true, name: 'alert_id' })
  alertId!: string | null;

  /** Newest firings, epoch ms, oldest first; bounded. */
  @Column({ type: 'jsonb', default: [] })
  firings!: number[];
}

/** An incident: one rule for one key, or raised by a person, or a CAP message. See `AlertLine` for what its columns mean. */
@Entity('alert')
@Index(['state', 'severity'])
@Index(['groupId'])
@Index(['firedAt'])
@Index('alert_cap', ['expiresAt'], { where: "origin = 'cap'" })
@Index('alert_closed', ['closedAt'], { where: "state = 'closed'" })
@Index('alert_one_open', ['rule', 'key'], { unique: true, where: 'ended_at IS NULL AND rule IS NOT NULL' })
export class AlertEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'integer' })
  @Generated('increment')
  @Index('alert_number', { unique: true })
  number!: number;

  @Column({ type: 'text' })
  origin!: 'rule' | 'manual' | 'cap';

  @Column({ type: 'text', nullable: true })
  rule!: string | null;

  @Column({ type: 'text', default: '' })
  key!: string;

  @Column({ type: 'text', nullable: true })
  sector!: string | null;

  @Column({ type: 'text', nullable: true })
  unit!: string | null;

  @Column({ type: 'text' })
  severity!: Severity;

  @Column({ type: 'smallint', nullable: true })
  disaster!: DisasterLevel | null;

  @Column({ type: 'text', default: 'firing' })
  state!: AlertState;

  @Column({ type: 'jsonb' })
  title!: Text;

  @Column({ type: 'jsonb', nullable: true })
  place!: Text | null;

  @Column({ type: 'double precision', nullable: true })
  lon!: number | null;

  @Column({ type: 'double precision', nullable: true })
  lat!: number | null;

  @Column({ type: 'double precision', nullable: true })
  value!: number | null;

  /** What was read last while it was open, where that was another value than the one at which it fired. */
  @Column({ type: 'double precision', nullable: true, name: 'latest_value' })
  latestValue!: number | null;

  @Column({ type: 'timestamptz', nullable: true, name: 'latest_at' })
  latestAt!: Date | null;

  @Column({ type: 'double precision', nullable: true, name: 'limit_value' })
  limit!: number | null;

  @Column({ type: 'jsonb', nullable: true })
  format!: NumberFormat | null;

  @Column({ type: 'timestamptz' })
  since!: Date;

  @Column({ type: 'timestamptz', name: 'fired_at' })
  firedAt!: Date;

  /** When an answer was last asked for: it fired, was opened again, is no longer muted, or grew worse. */
  @Column({ type: 'timestamptz', name: 'asked_at', default: () => 'now()' })
  askedAt!: Date;

  @Column({ type: 'timestamptz', nullable: true, name: 'ended_at' })
  endedAt!: Date | null;

  @Column({ type: 'text', nullable: true, name: 'acknowledged_by' })
  acknowledgedBy!: string | null;

  @Column({ type: 'timestamptz', nullable: true, name: 'acknowledged_at' })
  acknowledgedAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  assignee!: string | null;

  @Column({ type: 'boolean', default: false, name: 'assignee_untold' })
  assigneeUntold!: boolean;

  @Column({ type: 'timestamptz', nullable: true, name: 'respond_by' })
  respondBy!: Date | null;

  @Column({ type: 'timestamptz', nullable: true, name: 'resolve_by' })
  resolveBy!: Date | null;

  @Column({ type: 'timestamptz', nullable: true, name: 'resolved_at' })
  resolvedAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true, name: 'closed_at' })
  closedAt!: Date | null;

  @Column({ type: 'boolean', default: false })
  flapping!: boolean;

  @Column({ type: 'jsonb', nullable: true })
  muted!: Muted | null;

  @Column({ type: 'boolean', default: false })
  unreachable!: boolean;

  @Column({ type: 'boolean', default: false })
  simulated!: boolean;

  /** Real sources may have written what it is about, too. */
  @Column({ type: 'boolean', default: false, name: 'partly_simulated' })
  partlySimulated!: boolean;

  @Column({ type: 'uuid', nullable: true, name: 'group_id' })
  groupId!: string | null;

  /** Steps of its procedure as they were when it fired, each with who ticked it. */
  @Column({ type: 'jsonb', default: [] })
  steps!: { text: Text; by: string | null; at: number | null }[];

  /** The rule as it was when it fired. */
  @Column({ type: 'jsonb', nullable: true, name: 'rule_then' })
  ruleThen!: Rule | null;

  /** What a manual alert or a CAP message says besides. */
  @Column({ type: 'text', nullable: true })
  description!: string | null;

  /** CAP: when the message says that it is over, unless another one comes. */
  @Column({ type: 'timestamptz', nullable: true, name: 'expires_at' })
  expiresAt!: Date | null;

  /** CAP: sender, identifier and sent of the message it came from. */
  @Column({ type: 'text', nullable: true })
  @Index({ unique: true })
  reference!: string | null;

  @Column({ type: 'integer', default: 1 })
  version!: number;

  /** What a search looks in: number, title, place, key and rule in small letters without marks. A trigger of the database writes it. */
  @Column({ type: 'text', default: '', select: false, insert: false, update: false })
  words!: string;
}

/** What happened to an alert. Append-only: triggers of the database refuse anything else but the retention of closed alerts. */
@Entity('alert_change')
@Index(['alertId', 'seq'])
@Index(['groupId', 'seq'])
export class AlertChangeEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  seq!: string;

  @Column({ type: 'uuid', name: 'alert_id' })
  alertId!: string;

  /** Group of the alert where the change is to be told; null: it is not. */
  @Column({ type: 'uuid', nullable: true, name: 'group_id' })
  groupId!: string | null;

  @Column({ type: 'timestamptz' })
  at!: Date;

  @Column({ type: 'text' })
  actor!: string;

  @Column({ type: 'text' })
  kind!: AlertChangeKind;

  @Column({ type: 'text', nullable: true })
  comment!: string | null;

  @Column({ type: 'jsonb', default: {} })
  detail!: Record<string, unknown>;
}

/** A CAP message that came in, or that one refers to. Goes with the days of closed alerts, counted from when it was first seen. */
@Entity('cap_message')
export class CapMessageEntity {
  /** `sender,identifier,sent`. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'cap_message_pk' })
  reference!: string;

  /** The same for messages that refer to each other. */
  @Column({ type: 'uuid' })
  @Index('cap_message_incident')
  incident!: string;

  /** Null: it is only referred to, and has not come. */
  @Column({ type: 'text', nullable: true })
  type!: 'Alert' | 'Update' | 'Cancel' | null;

  /** Never before what it refers to. */
  @Column({ type: 'timestamptz', nullable: true, name: 'sent_at' })
  sentAt!: Date | null;

  /** The alert that it raised or brought up to date. */
  @Column({ type: 'uuid', nullable: true, name: 'alert_id' })
  alertId!: string | null;

  @Column({ type: 'timestamptz', name: 'seen_at' })
  @Index('cap_message_seen')
  seenAt!: Date;
}

/** Alerts that people are told of together. Closed when none of its alerts is open. */
@Entity('alert_group')
@Index(['dueAt'])
@Index(['escalateAt'])
@Index('alert_group_closed', ['closedAt'], { where: 'closed_at IS NOT NULL' })
@Index('alert_group_one_open', ['key'], { unique: true, where: 'closed_at IS NULL' })
export class AlertGroupEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  /** Rule, severity and province, as text. */
  @Column({ type: 'text' })
  key!: string;

  @Column({ type: 'text' })
  policy!: string;

  @Column({ type: 'text' })
  severity!: Severity;

  @Column({ type: 'timestamptz', name: 'opened_at' })
  openedAt!: Date;

  /** Changes up to this one have been told. */
  @Column({ type: 'bigint', default: 0, name: 'told_seq' })
  toldSeq!: string;

  @Column({ type: 'timestamptz', nullable: true, name: 'told_at' })
  toldAt!: Date | null;

  /** When what is new is told; null: nothing is new. */
  @Column({ type: 'timestamptz', nullable: true, name: 'due_at' })
  dueAt!: Date | null;

  /** Steps of the policy that have been told. */
  @Column({ type: 'integer', default: 0 })
  step!: number;

  /** When the next step, or the next reminder, is due; null: somebody answered, or nothing follows. */
  @Column({ type: 'timestamptz', nullable: true, name: 'escalate_at' })
  escalateAt!: Date | null;

  @Column({ type: 'integer', default: 0 })
  reminders!: number;

  @Column({ type: 'timestamptz', nullable: true, name: 'closed_at' })
  closedAt!: Date | null;
}
