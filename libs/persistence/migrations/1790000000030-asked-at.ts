import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of each alert, when an answer was last asked for: what fires again or grows worse asks anew, and its limits count from then. */
export class AskedAt1790000000030 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "alert" DROP "asked_at"');
  }
}

const UP = [
  'ALTER TABLE "alert" ADD "asked_at" TIMESTAMP WITH TIME ZONE',
  'UPDATE "alert" SET "asked_at" = "fired_at"',
  // With a default, for processes of the version before, which do not know it.
  'ALTER TABLE "alert" ALTER "asked_at" SET DEFAULT now(), ALTER "asked_at" SET NOT NULL',
];
