import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of each alert that is marked as simulated, whether real sources may have written what it is about, too. */
export class PartlySimulated1790000000034 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "alert" ADD "partly_simulated" boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "alert" DROP "partly_simulated"');
  }
}
