import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was known of a source when a batch was stored stands with the batch: how a source stood at a past moment is one step
 * along an index, however many events and batches came. Batches of before say nothing: then it is judged by when it was heard.
 */
export class HeardThen1790000000040 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "batch" ADD "last_event" TIMESTAMP WITH TIME ZONE');
    await runner.query('CREATE INDEX "batch_heard" ON "batch" ("source_id", "received_at")');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX "batch_heard"');
    await runner.query('ALTER TABLE "batch" DROP "last_event"');
  }
}
