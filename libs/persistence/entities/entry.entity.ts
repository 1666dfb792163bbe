import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** Life of an entered value. Only `draft` may be changed; what was `published` stays, and is superseded by a later version. */
export const ENTRY_STATES = ['draft', 'submitted', 'approved', 'published', 'superseded'] as const;
export type EntryState = (typeof ENTRY_STATES)[number];

/** A value for a period that people answer for: who wrote it, who sent it in, who approved and who published it. */
@Entity('entry')
@Index(['metric', 'unit', 'dims', 'period', 'version'], { unique: true })
@Index(['state', 'createdAt'])
export class EntryEntity {
  /** Also the id of the event that its publication becomes. */
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  /** Code with its sector. */
  @Column({ type: 'text' })
  metric!: string;

  /** Empty where the metric has no unit. */
  @Column({ type: 'text' })
  unit!: string;

  /** The metric's dimensions in their order, without `unit`. */
  @Column({ type: 'text', array: true })
  dims!: string[];

  /** First day of the period. */
  @Column({ type: 'date' })
  period!: string;

  /** Counts up over all entries of the same number and period. */
  @Column({ type: 'integer' })
  version!: number;

  /** Null withdraws what was published. */
  @Column({ type: 'double precision', nullable: true })
  value!: number | null;

  /** Number of the document it comes from. */
  @Column({ type: 'text', nullable: true })
  document!: string | null;

  @Column({ type: 'text', default: 'draft' })
  state!: EntryState;

  @Column({ type: 'text' })
  author!: string;

  @Column({ type: 'text', nullable: true, name: 'submitted_by' })
  submittedBy!: string | null;

  @Column({ type: 'text', nullable: true, name: 'approved_by' })
  approvedBy!: string | null;

  @Column({ type: 'text', nullable: true, name: 'published_by' })
  publishedBy!: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', nullable: true, name: 'published_at' })
  publishedAt!: Date | null;

  /** When the queue had taken its event; null although published: still to be handed over. */
  @Column({ type: 'timestamptz', nullable: true, name: 'queued_at' })
  queuedAt!: Date | null;

  /** When its subscribers had been written down. */
  @Column({ type: 'timestamptz', nullable: true, name: 'announced_at' })
  announcedAt!: Date | null;
}
