import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Values that people enter, subscribers with what they are told, and the daily record of indicators. */
export class Entries1790000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE daily_value, delivery, subscription, entry');
  }
}

const UP = [
  `CREATE TABLE "entry" ("id" uuid NOT NULL, "metric" text NOT NULL, "unit" text NOT NULL, "dims" text array NOT NULL, "period" date NOT NULL, "version" integer NOT NULL, "value" double precision, "document" text, "state" text NOT NULL DEFAULT 'draft', "author" text NOT NULL, "submitted_by" text, "approved_by" text, "published_by" text, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "published_at" TIMESTAMP WITH TIME ZONE, "queued_at" TIMESTAMP WITH TIME ZONE, "announced_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "PK_a58c675c4c129a8e0f63d3676d6" PRIMARY KEY ("id"))`,
  `CREATE INDEX "IDX_aebe2a33ca300436a7598203f1" ON "entry"  ("state", "created_at") `,
  `CREATE UNIQUE INDEX "IDX_a90d753368da8c4ddb70546d73" ON "entry"  ("metric", "unit", "dims", "period", "version") `,
  `CREATE TABLE "subscription" ("id" uuid NOT NULL, "name" text NOT NULL, "url" text NOT NULL, "sectors" text array NOT NULL, "sharing" text NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "secret" integer NOT NULL DEFAULT '1', "rotated_at" TIMESTAMP WITH TIME ZONE, "disabled_at" TIMESTAMP WITH TIME ZONE, "disabled_why" text, CONSTRAINT "PK_8c3e00ebd02103caa1174cd5d9d" PRIMARY KEY ("id"))`,
  `CREATE TABLE "delivery" ("id" uuid NOT NULL, "subscription_id" uuid NOT NULL, "type" text NOT NULL, "body" text NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "tries" integer NOT NULL DEFAULT '0', "next_at" TIMESTAMP WITH TIME ZONE, "delivered_at" TIMESTAMP WITH TIME ZONE, "last_answer" text, CONSTRAINT "PK_ffad7bf84e68716cd9af89003b0" PRIMARY KEY ("id"))`,
  `CREATE INDEX "IDX_323fad86c5187a2add690ab6fc" ON "delivery"  ("subscription_id", "created_at") `,
  `CREATE INDEX "IDX_98e8426e2a23e43f353873567b" ON "delivery"  ("next_at") `,
  `CREATE TABLE "daily_value" ("day" date NOT NULL, "code" text NOT NULL, "value" double precision, "target" double precision, "level" text NOT NULL, "observed_at" TIMESTAMP WITH TIME ZONE, "formula" text NOT NULL, "made_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "PK_f4a905d2d1cafc0146b48d13030" PRIMARY KEY ("day", "code"))`,
  `ALTER TABLE "delivery" ADD CONSTRAINT "FK_304e4e2426c00c9b22ba12ea423" FOREIGN KEY ("subscription_id") REFERENCES "subscription"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
];
