import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What keeps alerts cheap and right over years: when messages expire, as a column that can be searched. */
export class AlertYears1790000000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  // The message says it; the column follows it, whoever writes or changes a message, also a process of the version before.
  `ALTER TABLE "notification" ADD "expires_at" TIMESTAMP WITH TIME ZONE`,
  `CREATE FUNCTION notification_expiry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
     NEW.expires_at := to_timestamp((NEW.message::jsonb ->> 'expiresAt')::float8 / 1000);
     RETURN NEW;
   END $$`,
  `CREATE TRIGGER notification_expiry BEFORE INSERT OR UPDATE OF message ON "notification"
     FOR EACH ROW EXECUTE FUNCTION notification_expiry()`,
  `UPDATE "notification" SET message = message WHERE next_at IS NOT NULL OR state = 'dead'`,
  `CREATE INDEX "notification_expiry" ON "notification" ("expires_at") WHERE next_at IS NOT NULL`,
];

const DOWN = [
  'DROP TRIGGER notification_expiry ON "notification"',
  'DROP FUNCTION notification_expiry',
  'ALTER TABLE "notification" DROP "expires_at"',
];
