import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of each alert, whether whoever it was given to could not be told of it. */
export class AssigneeUntold1790000000032 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "alert" ADD "assignee_untold" boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "alert" DROP "assignee_untold"');
  }
}
