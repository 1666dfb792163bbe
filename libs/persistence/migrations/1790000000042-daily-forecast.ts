import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of each value of a day's record, whether it is about a time to come; null: written before that was kept. */
export class DailyForecast1790000000042 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "daily_value" ADD "forecast" boolean');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "daily_value" DROP "forecast"');
  }
}
