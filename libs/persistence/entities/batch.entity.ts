import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/**
 * What became of one accepted request. Its row is written in the transaction that stores its events, so a batch that
 * is here was counted, once.
 */
@Entity('batch')
@Index(['day', 'sourceId'])
@Index('batch_heard', ['sourceId', 'receivedAt'])
export class BatchEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text', name: 'source_id' })
  sourceId!: string;

  /** Vietnamese day of `receivedAt`. */
  @Column({ type: 'date' })
  day!: string;

  @Column({ type: 'timestamptz', name: 'received_at' })
  receivedAt!: Date;

  @Column({ type: 'timestamptz', name: 'stored_at' })
  storedAt!: Date;

  @Column({ type: 'text' })
  via!: string;

  /** sent = stored + duplicates + rejected (events set aside by the worker count as rejected). */
  @Column({ type: 'integer' })
  sent!: number;

  @Column({ type: 'integer' })
  stored!: number;

  @Column({ type: 'integer' })
  duplicates!: number;

  @Column({ type: 'integer' })
  rejected!: number;

  /** Time of the newest event of its source that was known when it was stored; null: none, or stored before this was kept. */
  @Column({ type: 'timestamptz', nullable: true, name: 'last_event' })
  lastEvent!: Date | null;
}

/** A refused or set-aside event, for its source to see. No value of the event is kept. */
@Entity('rejection')
@Index(['sourceId', 'at'])
@Index(['batchId'])
export class RejectionEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  seq!: string;

  @Column({ type: 'uuid', name: 'batch_id' })
  batchId!: string;

  @Column({ type: 'text', name: 'source_id' })
  sourceId!: string;

  @Column({ type: 'timestamptz' })
  at!: Date;

  @Column({ type: 'integer' })
  position!: number;

  @Column({ type: 'text', nullable: true, name: 'event_id' })
  eventId!: string | null;

  @Column({ type: 'text' })
  code!: string;

  @Column({ type: 'text' })
  path!: string;

  @Column({ type: 'text' })
  message!: string;
}

/** An event that was acknowledged and could not be counted; kept whole (already without personal data) for replay. */
@Entity('set_aside')
export class SetAsideEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  seq!: string;

  @Column({ type: 'uuid', name: 'batch_id' })
  batchId!: string;

  @Column({ type: 'text', name: 'source_id' })
  sourceId!: string;

  @Column({ type: 'text', name: 'event_id' })
  eventId!: string;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  at!: Date;

  @Column({ type: 'text' })
  reason!: string;

  /** The event as JSON text. */
  @Column({ type: 'text' })
  event!: string;

  @Column({ type: 'timestamptz', nullable: true, name: 'replayed_at' })
  replayedAt!: Date | null;
}
