import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The newest events of a type are found by looking at these alone. The index of times by ranges of pages does not do it:
 * it knows nothing of what came since the last vacuum.
 */
export class NewestEvents1790000000021 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX event_newest ON event (type, "time")');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX event_newest');
  }
}
