import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An administrative unit by its statistics code (QĐ 19/2025/QĐ-TTg), effective-dated. */
@Entity('unit')
@Index(['parent'])
export class UnitEntity {
  @PrimaryColumn({ type: 'text' })
  code!: string;

  @PrimaryColumn({ type: 'date', name: 'valid_from' })
  validFrom!: string;

  @Column({ type: 'date', nullable: true, name: 'valid_to' })
  validTo!: string | null;

  @Column({ type: 'text' })
  name!: string;

  /** `tỉnh`, `thành phố`, `phường`, `xã`, `đặc khu`. */
  @Column({ type: 'text' })
  type!: string;

  @Column({ type: 'text', nullable: true })
  parent!: string | null;

  /** Agency code of QĐ 20/2020/QĐ-TTg, provinces only. */
  @Column({ type: 'text', nullable: true })
  agency!: string | null;

  @Column({ type: 'double precision', nullable: true })
  lon!: number | null;

  @Column({ type: 'double precision', nullable: true })
  lat!: number | null;
}

/** Which older unit a unit came from, wholly or in part. */
@Entity('unit_predecessor')
export class UnitPredecessorEntity {
  @PrimaryColumn({ type: 'text' })
  code!: string;

  @PrimaryColumn({ type: 'text' })
  predecessor!: string;

  /** Name of the predecessor where only that is known. */
  @Column({ type: 'text', nullable: true })
  name!: string | null;

  @PrimaryColumn({ type: 'date' })
  since!: string;
}
