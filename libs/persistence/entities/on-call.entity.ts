import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { Matcher, Policy, Schedule, Severity } from '#libs/contracts';
import { UserEntity } from './access.entity.js';

/** Who is on call when. */
@Entity('schedule')
export class ScheduleEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'jsonb' })
  definition!: Schedule;

  @Column({ type: 'integer', default: 1 })
  version!: number;
}

/** Who is told, and who when nobody answers. */
@Entity('policy')
export class PolicyEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'jsonb' })
  definition!: Policy;

  @Column({ type: 'integer', default: 1 })
  version!: number;
}

/** One value of `AlertSettings`, by its name; absent ones have their default. */
@Entity('alert_setting')
export class AlertSettingEntity {
  @PrimaryColumn({ type: 'text' })
  name!: string;

  @Column({ type: 'jsonb' })
  value!: unknown;
}

/** Alerts that nobody is told of for a time, with the reason. */
@Entity('silence')
@Index(['to'])
export class SilenceEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  kind!: 'silence' | 'maintenance';

  @Column({ type: 'jsonb' })
  matcher!: Matcher;

  @Column({ type: 'timestamptz', name: 'starts_at' })
  from!: Date;

  @Column({ type: 'timestamptz', name: 'ends_at' })
  to!: Date;

  @Column({ type: 'text' })
  reason!: string;

  @Column({ type: 'text', name: 'made_by' })
  by!: string;

  /** Ended before its time. */
  @Column({ type: 'timestamptz', nullable: true, name: 'ended_at' })
  endedAt!: Date | null;
}

/** Where a person is reached by a channel. */
@Entity('contact')
export class ContactEntity {
  @PrimaryColumn({ type: 'uuid', name: 'user_id' })
  userId!: string;

  @ManyToOne(() => UserEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user?: UserEntity;

  @PrimaryColumn({ type: 'text' })
  channel!: string;

  /** E-mail address or phone number; empty for in-app and push. */
  @Column({ type: 'text', default: '' })
  address!: string;

  @Column({ type: 'text' })
  least!: Severity;
}

/** A browser that takes push messages for a person. */
@Entity('push_subscription')
@Index(['userId'])
export class PushSubscriptionEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'user_id' })
  userId!: string;

  @ManyToOne(() => UserEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user?: UserEntity;

  @Column({ type: 'text', unique: true })
  endpoint!: string;

  @Column({ type: 'text' })
  p256dh!: string;

  @Column({ type: 'text' })
  auth!: string;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
