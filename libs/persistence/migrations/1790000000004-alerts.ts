import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rules, alerts, who is told of them, and by which way. */
export class Alerts1790000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
    // What happened stays as it was written down, whoever has the password of the database.
    await runner.query(`
      CREATE FUNCTION alert_change_stays() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'alert_change is append-only'; END $$`);
    await runner.query(`
      CREATE TRIGGER alert_change_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON alert_change
      FOR EACH STATEMENT EXECUTE FUNCTION alert_change_stays()`);
    // Taking marks off takes too long to do it for each alert at each search.
    await runner.query(`
      CREATE FUNCTION alert_words() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        NEW.words := replace(regexp_replace(normalize(lower(concat_ws(' ', '#' || NEW.number, NEW.title->>'vi', NEW.title->>'en',
          NEW.place->>'vi', NEW.key, NEW.rule)), NFD), '[\\u0300-\\u036f]', '', 'g'), 'đ', 'd');
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER alert_words BEFORE INSERT OR UPDATE OF title, place ON alert FOR EACH ROW EXECUTE FUNCTION alert_words()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE notification_item, notification, channel, push_subscription, contact, silence, alert_setting, policy, schedule, alert_group, alert_change, alert, rule_state, alert_rule',
    );
    await runner.query('DROP TABLE brief');
    await runner.query('DROP FUNCTION alert_change_stays, alert_words');
    await runner.query('ALTER TABLE "app_user" DROP "name", DROP "phone", DROP "language", DROP "disabled_at"');
  }
}

const UP = [
  `CREATE TABLE "alert_rule" ("id" text NOT NULL, "definition" jsonb, "version" integer NOT NULL DEFAULT '1', "enabled" boolean NOT NULL DEFAULT true, "updated_by" text NOT NULL, "updated_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "removed_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "PK_e9bf555f33872d7b50eb2421a17" PRIMARY KEY ("id"))`,
  `CREATE TABLE "rule_state" ("rule" text NOT NULL, "key" text NOT NULL, "phase" text NOT NULL, "since" TIMESTAMP WITH TIME ZONE NOT NULL, "due_at" TIMESTAMP WITH TIME ZONE, "value" double precision, "alert_id" uuid, "firings" jsonb NOT NULL DEFAULT '[]', CONSTRAINT "PK_0e1a01311d744167973970fa433" PRIMARY KEY ("rule", "key"))`,
  `CREATE INDEX "IDX_092cc4e211fa209f24a27d0798" ON "rule_state"  ("due_at")`,
  `CREATE TABLE "alert" ("id" uuid NOT NULL, "number" SERIAL NOT NULL, "origin" text NOT NULL, "rule" text, "key" text NOT NULL DEFAULT '', "sector" text, "unit" text, "severity" text NOT NULL, "disaster" smallint, "state" text NOT NULL DEFAULT 'firing', "title" jsonb NOT NULL, "place" jsonb, "lon" double precision, "lat" double precision, "value" double precision, "limit_value" double precision, "format" jsonb, "since" TIMESTAMP WITH TIME ZONE NOT NULL, "fired_at" TIMESTAMP WITH TIME ZONE NOT NULL, "ended_at" TIMESTAMP WITH TIME ZONE, "acknowledged_by" text, "acknowledged_at" TIMESTAMP WITH TIME ZONE, "assignee" text, "respond_by" TIMESTAMP WITH TIME ZONE, "resolve_by" TIMESTAMP WITH TIME ZONE, "resolved_at" TIMESTAMP WITH TIME ZONE, "closed_at" TIMESTAMP WITH TIME ZONE, "flapping" boolean NOT NULL DEFAULT false, "muted" jsonb, "unreachable" boolean NOT NULL DEFAULT false, "simulated" boolean NOT NULL DEFAULT false, "group_id" uuid, "steps" jsonb NOT NULL DEFAULT '[]', "rule_then" jsonb, "description" text, "expires_at" TIMESTAMP WITH TIME ZONE, "reference" text, "version" integer NOT NULL DEFAULT '1', "words" text NOT NULL DEFAULT '', CONSTRAINT "PK_ad91cad659a3536465d564a4b2f" PRIMARY KEY ("id"))`,
  `CREATE UNIQUE INDEX "IDX_7de757615a4157f1e2afeab73a" ON "alert"  ("reference")`,
  `CREATE UNIQUE INDEX "alert_number" ON "alert"  ("number")`,
  `CREATE UNIQUE INDEX "alert_one_open" ON "alert"  ("rule", "key") WHERE ended_at IS NULL AND rule IS NOT NULL`,
  `CREATE INDEX "IDX_6fe0a73ab184565391d11012c8" ON "alert"  ("fired_at")`,
  `CREATE INDEX "IDX_93c9f393e148e10f33e3d9dfe2" ON "alert"  ("group_id")`,
  `CREATE INDEX "IDX_dff4e95daf3a9918c335e545c5" ON "alert"  ("state", "severity")`,
  `CREATE TABLE "alert_change" ("seq" bigint GENERATED ALWAYS AS IDENTITY NOT NULL, "alert_id" uuid NOT NULL, "group_id" uuid, "at" TIMESTAMP WITH TIME ZONE NOT NULL, "actor" text NOT NULL, "kind" text NOT NULL, "comment" text, "detail" jsonb NOT NULL DEFAULT '{}', CONSTRAINT "PK_e271c68839d88155258d875c76d" PRIMARY KEY ("seq"))`,
  `CREATE INDEX "IDX_57a99e24d3d036f6888456b2d9" ON "alert_change"  ("group_id", "seq")`,
  `CREATE INDEX "IDX_2ad27bacb0d422923afca4dcdf" ON "alert_change"  ("alert_id", "seq")`,
  `CREATE TABLE "alert_group" ("id" uuid NOT NULL, "key" text NOT NULL, "policy" text NOT NULL, "severity" text NOT NULL, "opened_at" TIMESTAMP WITH TIME ZONE NOT NULL, "told_seq" bigint NOT NULL DEFAULT '0', "told_at" TIMESTAMP WITH TIME ZONE, "due_at" TIMESTAMP WITH TIME ZONE, "step" integer NOT NULL DEFAULT '0', "escalate_at" TIMESTAMP WITH TIME ZONE, "reminders" integer NOT NULL DEFAULT '0', "closed_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "PK_93c9f393e148e10f33e3d9dfe22" PRIMARY KEY ("id"))`,
  `CREATE UNIQUE INDEX "alert_group_one_open" ON "alert_group"  ("key") WHERE closed_at IS NULL`,
  `CREATE INDEX "IDX_8be6be1559871d4aaf74786fb7" ON "alert_group"  ("escalate_at")`,
  `CREATE INDEX "IDX_d09f88f92404d378693140b673" ON "alert_group"  ("due_at")`,
  `CREATE TABLE "channel" ("id" text NOT NULL, "kind" text NOT NULL, "name" text NOT NULL, "settings" jsonb NOT NULL DEFAULT '{}', "secret" bytea, "secret_number" integer NOT NULL DEFAULT '1', "rotated_at" TIMESTAMP WITH TIME ZONE, "rate" integer NOT NULL DEFAULT '60', "disabled_at" TIMESTAMP WITH TIME ZONE, "disabled_why" text, "failures" integer NOT NULL DEFAULT '0', "failing_since" TIMESTAMP WITH TIME ZONE, "unreachable" boolean NOT NULL DEFAULT false, "down_since" TIMESTAMP WITH TIME ZONE, "probe_at" TIMESTAMP WITH TIME ZONE, "checked_at" TIMESTAMP WITH TIME ZONE, "slot_at" TIMESTAMP WITH TIME ZONE, "last_ok_at" TIMESTAMP WITH TIME ZONE, "last_error" text, CONSTRAINT "PK_590f33ee6ee7d76437acf362e39" PRIMARY KEY ("id"))`,
  `CREATE TABLE "notification" ("id" uuid NOT NULL, "kind" text NOT NULL, "group_id" uuid, "recipient" text NOT NULL, "channel" text NOT NULL, "message" text NOT NULL, "urgent" boolean NOT NULL DEFAULT false, "state" text NOT NULL DEFAULT 'waiting', "tries" integer NOT NULL DEFAULT '0', "created_at" TIMESTAMP WITH TIME ZONE NOT NULL, "next_at" TIMESTAMP WITH TIME ZONE, "sent_at" TIMESTAMP WITH TIME ZONE, "receipt" text, "last_error" text, "link_used_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "PK_705b6c7cdf9b2c2ff7ac7872cb7" PRIMARY KEY ("id"))`,
  `CREATE INDEX "IDX_117f42da701e8853f9ef0038f2" ON "notification"  ("channel", "state")`,
  `CREATE INDEX "IDX_52d7e857c85a3ac09160a1c691" ON "notification"  ("group_id")`,
  `CREATE INDEX "notification_due" ON "notification"  ("channel", "next_at") WHERE next_at IS NOT NULL`,
  `CREATE TABLE "notification_item" ("change_seq" bigint NOT NULL, "recipient" text NOT NULL, "channel" text NOT NULL, "notification_id" uuid NOT NULL, "alert_id" uuid NOT NULL, CONSTRAINT "PK_52e7c5ffda295ce9e1c6e9208a6" PRIMARY KEY ("change_seq", "recipient", "channel"))`,
  `CREATE INDEX "IDX_c48e664990d273de6e68da2335" ON "notification_item"  ("alert_id")`,
  `CREATE INDEX "IDX_e7e72c0f4baebc6c76ecfcaedb" ON "notification_item"  ("notification_id")`,
  `CREATE TABLE "brief" ("day" date NOT NULL, "made_at" TIMESTAMP WITH TIME ZONE NOT NULL, "content" jsonb NOT NULL, "told" integer NOT NULL, CONSTRAINT "PK_4bd442432507b83e516458c8220" PRIMARY KEY ("day"))`,
  `CREATE TABLE "schedule" ("id" text NOT NULL, "definition" jsonb NOT NULL, "version" integer NOT NULL DEFAULT '1', CONSTRAINT "PK_1c05e42aec7371641193e180046" PRIMARY KEY ("id"))`,
  `CREATE TABLE "policy" ("id" text NOT NULL, "definition" jsonb NOT NULL, "version" integer NOT NULL DEFAULT '1', CONSTRAINT "PK_9917b0c5e4286703cc656b1d39f" PRIMARY KEY ("id"))`,
  `CREATE TABLE "alert_setting" ("name" text NOT NULL, "value" jsonb NOT NULL, CONSTRAINT "PK_ed067ff97bcd3320896ca44f51b" PRIMARY KEY ("name"))`,
  `CREATE TABLE "silence" ("id" uuid NOT NULL, "kind" text NOT NULL, "matcher" jsonb NOT NULL, "starts_at" TIMESTAMP WITH TIME ZONE NOT NULL, "ends_at" TIMESTAMP WITH TIME ZONE NOT NULL, "reason" text NOT NULL, "made_by" text NOT NULL, "ended_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "PK_ec9ac137ff1086fec1ee152266b" PRIMARY KEY ("id"))`,
  `CREATE INDEX "IDX_798f5ebc02db7abbc728821226" ON "silence"  ("ends_at")`,
  `CREATE TABLE "contact" ("user_id" uuid NOT NULL, "channel" text NOT NULL, "address" text NOT NULL DEFAULT '', "least" text NOT NULL, CONSTRAINT "PK_02d0f4994ef4a0ada6d46dd4a86" PRIMARY KEY ("user_id", "channel"))`,
  `CREATE TABLE "push_subscription" ("id" uuid NOT NULL, "user_id" uuid NOT NULL, "endpoint" text NOT NULL, "p256dh" text NOT NULL, "auth" text NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "UQ_27ae9074fc39a09bc1aee263df5" UNIQUE ("endpoint"), CONSTRAINT "PK_07fc861c0d2c38c1b830fb9cb5d" PRIMARY KEY ("id"))`,
  `CREATE INDEX "IDX_ae9b58d71ea5fff546507fae20" ON "push_subscription"  ("user_id")`,
  `ALTER TABLE "app_user" ADD "name" text NOT NULL DEFAULT ''`,
  `ALTER TABLE "app_user" ADD "phone" text`,
  `ALTER TABLE "app_user" ADD "language" text NOT NULL DEFAULT 'vi'`,
  `ALTER TABLE "app_user" ADD "disabled_at" TIMESTAMP WITH TIME ZONE`,
  `ALTER TABLE "contact" ADD CONSTRAINT "FK_33d4fc93803e7192e150216fffb" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "push_subscription" ADD CONSTRAINT "FK_ae9b58d71ea5fff546507fae207" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
];
