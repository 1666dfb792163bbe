import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

/** A system that is told when figures are published. */
@Entity('subscription')
export class SubscriptionEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  url!: string;

  /** Sector ids; `*`: all. */
  @Column({ type: 'text', array: true })
  sectors!: string[];

  /** Highest level that it may have: `public` or `internal`. */
  @Column({ type: 'text' })
  sharing!: string;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  /** Number of its secret; the one before signs as well for a day after a change. */
  @Column({ type: 'integer', default: 1 })
  secret!: number;

  @Column({ type: 'timestamptz', nullable: true, name: 'rotated_at' })
  rotatedAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true, name: 'disabled_at' })
  disabledAt!: Date | null;

  /** Why it is told no more. */
  @Column({ type: 'text', nullable: true, name: 'disabled_why' })
  disabledWhy!: string | null;
}

/** One message to one subscriber; its id stays the same over all tries. */
@Entity('delivery')
@Index(['nextAt'])
@Index(['subscriptionId', 'createdAt'])
export class DeliveryEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'subscription_id' })
  subscriptionId!: string;

  @ManyToOne(() => SubscriptionEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'subscription_id' })
  subscription?: SubscriptionEntity;

  @Column({ type: 'text' })
  type!: string;

  /** What is signed and sent, as text, so that every try sends the same bytes. */
  @Column({ type: 'text' })
  body!: string;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'integer', default: 0 })
  tries!: number;

  /** Null: done with, delivered or given up. */
  @Column({ type: 'timestamptz', nullable: true, name: 'next_at' })
  nextAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true, name: 'delivered_at' })
  deliveredAt!: Date | null;

  /** Answer or error of the last try. */
  @Column({ type: 'text', nullable: true, name: 'last_answer' })
  lastAnswer!: string | null;
}

/** What an indicator was at the end of a Vietnamese day, as it was known when the day's file was made. Never changed. */
@Entity('daily_value')
export class DailyValueEntity {
  @PrimaryColumn({ type: 'date' })
  day!: string;

  @PrimaryColumn({ type: 'text' })
  code!: string;

  /** Null: no data. */
  @Column({ type: 'double precision', nullable: true })
  value!: number | null;

  @Column({ type: 'double precision', nullable: true })
  target!: number | null;

  @Column({ type: 'text' })
  level!: string;

  @Column({ type: 'timestamptz', nullable: true, name: 'observed_at' })
  observedAt!: Date | null;

  /** The formula of that day, as text. */
  @Column({ type: 'text' })
  formula!: string;

  /** The marks of that day, as of `IndicatorValue`; null: of records from before they were kept. */
  @Column({ type: 'boolean', nullable: true })
  simulated!: boolean | null;

  @Column({ type: 'boolean', nullable: true })
  entered!: boolean | null;

  @Column({ type: 'boolean', nullable: true })
  late!: boolean | null;

  @Column({ type: 'boolean', nullable: true })
  forecast!: boolean | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'made_at' })
  madeAt!: Date;
}
