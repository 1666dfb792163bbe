import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of each value of a day's record, the marks that it carried; null: written before they were. */
export class DailyMarks1790000000041 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "daily_value" ADD "simulated" boolean, ADD "entered" boolean, ADD "late" boolean');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "daily_value" DROP "simulated", DROP "entered", DROP "late"');
  }
}
