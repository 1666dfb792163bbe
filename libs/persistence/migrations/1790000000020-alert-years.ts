import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What keeps alerts cheap and right over years: when messages expire, as a column that can be searched; and an end of what is kept. */
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
  `ALTER TABLE "channel" ADD "token_until" TIMESTAMP WITH TIME ZONE`,
  `ALTER TABLE "alert" ADD "latest_value" double precision, ADD "latest_at" TIMESTAMP WITH TIME ZONE`,
  // History stays as it was written down, but for closed alerts in a transaction that says that it is retention.
  `DROP TRIGGER alert_change_stays ON "alert_change"`,
  `CREATE TRIGGER alert_change_stays BEFORE UPDATE OR TRUNCATE ON "alert_change"
     FOR EACH STATEMENT EXECUTE FUNCTION alert_change_stays()`,
  `CREATE FUNCTION alert_change_retires() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
     IF current_setting('hub.retention', true) IS DISTINCT FROM 'on' THEN
       RAISE EXCEPTION 'alert_change is append-only';
     END IF;
     IF EXISTS (SELECT FROM alert WHERE id = OLD.alert_id AND (state <> 'closed' OR ended_at IS NULL)) THEN
       RAISE EXCEPTION 'alert_change is append-only: alert % is not closed', OLD.alert_id;
     END IF;
     RETURN OLD;
   END $$`,
  `CREATE TRIGGER alert_change_retires BEFORE DELETE ON "alert_change"
     FOR EACH ROW EXECUTE FUNCTION alert_change_retires()`,
  `CREATE INDEX "notification_done" ON "notification" ("created_at") WHERE next_at IS NULL`,
  // A database may have it already: for a while the tables of alerts came with it.
  `CREATE INDEX IF NOT EXISTS "alert_cap" ON "alert" ("expires_at") WHERE origin = 'cap'`,
  `CREATE INDEX "alert_closed" ON "alert" ("closed_at") WHERE state = 'closed'`,
  `CREATE INDEX "alert_group_closed" ON "alert_group" ("closed_at") WHERE closed_at IS NOT NULL`,
];

const DOWN = [
  'ALTER TABLE "channel" DROP "token_until"',
  'ALTER TABLE "alert" DROP "latest_value", DROP "latest_at"',
  'DROP INDEX "notification_done", "alert_cap", "alert_closed", "alert_group_closed"',
  'DROP TRIGGER alert_change_retires ON "alert_change"',
  'DROP FUNCTION alert_change_retires',
  'DROP TRIGGER alert_change_stays ON "alert_change"',
  `CREATE TRIGGER alert_change_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON "alert_change"
     FOR EACH STATEMENT EXECUTE FUNCTION alert_change_stays()`,
  'DROP TRIGGER notification_expiry ON "notification"',
  'DROP FUNCTION notification_expiry',
  'ALTER TABLE "notification" DROP "expires_at"',
];
