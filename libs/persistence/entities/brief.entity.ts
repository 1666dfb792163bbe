import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Brief } from '#libs/contracts';

/** The morning brief of a day, as it was made and told. Its row is also the promise that no other process tells it. Never changed. */
@Entity('brief')
export class BriefEntity {
  @PrimaryColumn({ type: 'date' })
  day!: string;

  @Column({ type: 'timestamptz', name: 'made_at' })
  madeAt!: Date;

  @Column({ type: 'jsonb' })
  content!: Brief;

  /** Notifications that were written for it. */
  @Column({ type: 'integer' })
  told!: number;
}
