import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By which rules the things of a pack were counted last. */
export class PackRevision1790000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE pack_revision (
        pack text COLLATE "C" PRIMARY KEY,
        revision text NOT NULL,
        at timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE pack_revision');
  }
}
