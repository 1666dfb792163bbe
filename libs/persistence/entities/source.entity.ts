import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

/** A system allowed to push. */
@Entity('source')
export class SourceEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  /** Event types it may write; `*` at the end of a pattern matches the rest. */
  @Column({ type: 'text', array: true })
  types!: string[];

  /** Units it may write, each with all units below it; `*`: every unit, and events without one. */
  @Column({ type: 'text', array: true })
  units!: string[];

  /** Freshness contract: promised seconds between events. */
  @Column({ type: 'integer', default: 3600 })
  every!: number;

  /** Events a second; null: the hub's SOURCE_RATE. */
  @Column({ type: 'integer', nullable: true })
  rate!: number | null;

  /** Shown as simulated on every screen. */
  @Column({ type: 'boolean', default: false })
  simulated!: boolean;

  @Column({ type: 'timestamptz', nullable: true, name: 'disabled_at' })
  disabledAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}

/** A key of a source; two may live at once, for rotation. */
@Entity('source_key')
@Index(['sourceId'])
export class SourceKeyEntity {
  /** Public part of the key, which names it. */
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @ManyToOne(() => SourceEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'source_id' })
  source?: SourceEntity;

  @Column({ type: 'text', name: 'source_id' })
  sourceId!: string;

  /** SHA-256 of the whole key: 256 random bits need no slow hash. */
  @Column({ type: 'bytea' })
  hash!: Buffer;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', nullable: true, name: 'revoked_at' })
  revokedAt!: Date | null;
}

/** A device behind a source that does not speak CloudEvents (LoRaWAN node, SensorThings datastream). */
@Entity('device')
export class DeviceEntity {
  @PrimaryColumn({ type: 'text', name: 'source_id' })
  sourceId!: string;

  /** `tts:<application>/<device>` or `sta:<datastream>`. */
  @PrimaryColumn({ type: 'text' })
  address!: string;

  @ManyToOne(() => SourceEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'source_id' })
  source?: SourceEntity;

  /** Type of the event that its message becomes. */
  @Column({ type: 'text' })
  type!: string;

  @Column({ type: 'text', nullable: true })
  subject!: string | null;

  @Column({ type: 'text', nullable: true })
  unit!: string | null;

  /** Field of the event's data → field of the decoded payload (`result` for SensorThings). */
  @Column({ type: 'jsonb', default: {} })
  fields!: Record<string, string>;

  /** Data that every event of the device carries, e.g. its station. */
  @Column({ type: 'jsonb', default: {} })
  constants!: Record<string, unknown>;
}
