import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Access, reference data and accounting: the tables of the entities. */
export class Entities1790000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE audit_entry, batch, rejection, set_aside, device, source_key, source, user_session, app_user, wall_link, unit, unit_predecessor',
    );
  }
}

const UP = [
  `CREATE TABLE "app_user" ("id" uuid NOT NULL DEFAULT uuid_generate_v4(), "login" text NOT NULL, "password" text NOT NULL, "role" text NOT NULL DEFAULT 'administrator', "failures" integer NOT NULL DEFAULT '0', "locked_until" TIMESTAMP WITH TIME ZONE, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "UQ_3548498ed5dc0f4d28dde9d67a6" UNIQUE ("login"), CONSTRAINT "PK_22a5c4a3d9b2fb8e4e73fc4ada1" PRIMARY KEY ("id"))`,
  `CREATE TABLE "user_session" ("id" uuid NOT NULL, "hash" bytea NOT NULL, "user_id" uuid NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "UQ_ea80007e76582de95cb9129da42" UNIQUE ("hash"), CONSTRAINT "PK_adf3b49590842ac3cf54cac451a" PRIMARY KEY ("id"))`,
  `CREATE INDEX "IDX_13275383dcdf095ee29f2b3455" ON "user_session"  ("user_id") `,
  `CREATE TABLE "wall_link" ("id" uuid NOT NULL, "name" text NOT NULL, "hash" bytea NOT NULL, "sectors" text array NOT NULL, "units" text array NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "expires_at" TIMESTAMP WITH TIME ZONE, "revoked_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "UQ_d3e391f9fe1459e5b6414734ed2" UNIQUE ("hash"), CONSTRAINT "PK_c379a9c845746d4dc73ed38a392" PRIMARY KEY ("id"))`,
  `CREATE TABLE "audit_entry" ("id" bigint GENERATED ALWAYS AS IDENTITY NOT NULL, "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "actor" text NOT NULL, "action" text NOT NULL, "object" text NOT NULL, "detail" jsonb NOT NULL DEFAULT '{}', CONSTRAINT "PK_58a130a4b9da189f46ba2a01801" PRIMARY KEY ("id"))`,
  `CREATE TABLE "batch" ("id" uuid NOT NULL, "source_id" text NOT NULL, "day" date NOT NULL, "received_at" TIMESTAMP WITH TIME ZONE NOT NULL, "stored_at" TIMESTAMP WITH TIME ZONE NOT NULL, "via" text NOT NULL, "sent" integer NOT NULL, "stored" integer NOT NULL, "duplicates" integer NOT NULL, "rejected" integer NOT NULL, CONSTRAINT "PK_57da3b830b57bec1fd329dcaf43" PRIMARY KEY ("id"))`,
  `CREATE INDEX "IDX_c30262e5d574af4b65639a0bcc" ON "batch"  ("day", "source_id") `,
  `CREATE TABLE "rejection" ("seq" bigint GENERATED ALWAYS AS IDENTITY NOT NULL, "batch_id" uuid NOT NULL, "source_id" text NOT NULL, "at" TIMESTAMP WITH TIME ZONE NOT NULL, "position" integer NOT NULL, "event_id" text, "code" text NOT NULL, "path" text NOT NULL, "message" text NOT NULL, CONSTRAINT "PK_f0f89f91b183ab8d8f5e294bffb" PRIMARY KEY ("seq"))`,
  `CREATE INDEX "IDX_7ce86c101925ca0f33d172961b" ON "rejection"  ("batch_id") `,
  `CREATE INDEX "IDX_82e5919872f0ef250104cab880" ON "rejection"  ("source_id", "at") `,
  `CREATE TABLE "set_aside" ("seq" bigint GENERATED ALWAYS AS IDENTITY NOT NULL, "batch_id" uuid NOT NULL, "source_id" text NOT NULL, "event_id" text NOT NULL, "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "reason" text NOT NULL, "event" text NOT NULL, "replayed_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "PK_f439b62ab67c16e7e39b4469aae" PRIMARY KEY ("seq"))`,
  `CREATE TABLE "source" ("id" text NOT NULL, "name" text NOT NULL, "types" text array NOT NULL, "units" text array NOT NULL, "every" integer NOT NULL DEFAULT '3600', "rate" integer, "simulated" boolean NOT NULL DEFAULT false, "disabled_at" TIMESTAMP WITH TIME ZONE, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "PK_018c433f8264b58c86363eaadde" PRIMARY KEY ("id"))`,
  `CREATE TABLE "source_key" ("id" text NOT NULL, "source_id" text NOT NULL, "hash" bytea NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "revoked_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "PK_a37f1f7364cdb7b729b6d63ccc0" PRIMARY KEY ("id"))`,
  `CREATE INDEX "IDX_021885521507dcf2d3e11be5db" ON "source_key"  ("source_id") `,
  `CREATE TABLE "device" ("source_id" text NOT NULL, "address" text NOT NULL, "type" text NOT NULL, "subject" text, "unit" text, "fields" jsonb NOT NULL DEFAULT '{}', "constants" jsonb NOT NULL DEFAULT '{}', CONSTRAINT "PK_256daad2c13442f6eecfa38b1ea" PRIMARY KEY ("source_id", "address"))`,
  `CREATE TABLE "unit" ("code" text NOT NULL, "valid_from" date NOT NULL, "valid_to" date, "name" text NOT NULL, "type" text NOT NULL, "parent" text, "agency" text, "lon" double precision, "lat" double precision, CONSTRAINT "PK_13cea592aa963fc7dcff814e7a4" PRIMARY KEY ("code", "valid_from"))`,
  `CREATE INDEX "IDX_7325b76c212ca3ebdb93565a03" ON "unit"  ("parent") `,
  `CREATE TABLE "unit_predecessor" ("code" text NOT NULL, "predecessor" text NOT NULL, "name" text, "since" date NOT NULL, CONSTRAINT "PK_325d6b8402399bd2565a33736c1" PRIMARY KEY ("code", "predecessor", "since"))`,
  `ALTER TABLE "source_key" ADD CONSTRAINT "FK_021885521507dcf2d3e11be5db3" FOREIGN KEY ("source_id") REFERENCES "source"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "device" ADD CONSTRAINT "FK_0d0109ec69b70fd599de415a2aa" FOREIGN KEY ("source_id") REFERENCES "source"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
];
