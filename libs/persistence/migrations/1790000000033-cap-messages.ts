import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which CAP messages came in, and which are about the same: what comes late must know what came before it. */
export class CapMessages1790000000033 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "cap_message"');
  }
}

/** `sender,identifier,sent`, as the hub names messages. */
const NAMED = String.raw`^[^,]+,[^,]+,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$`;

const UP = [
  `CREATE TABLE "cap_message" ("reference" text NOT NULL, "incident" uuid NOT NULL, "type" text, "sent_at" TIMESTAMP WITH TIME ZONE,
     "alert_id" uuid, "seen_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "cap_message_pk" PRIMARY KEY ("reference"))`,
  'CREATE INDEX "cap_message_incident" ON "cap_message" ("incident")',
  'CREATE INDEX "cap_message_seen" ON "cap_message" ("seen_at")',
  // What came before the table was there: the messages that raised alerts, and those that changed or ended them.
  `INSERT INTO "cap_message"
     SELECT reference, id, 'Alert', split_part(reference, ',', 3)::timestamptz, id, fired_at
     FROM alert WHERE origin = 'cap' AND reference ~ '${NAMED}'`,
  `INSERT INTO "cap_message"
     SELECT c.detail->>'by', a.id, CASE WHEN c.kind = 'ended' THEN 'Cancel' ELSE 'Update' END,
       split_part(c.detail->>'by', ',', 3)::timestamptz, CASE WHEN c.kind <> 'ended' THEN a.id END, c.at
     FROM alert_change c JOIN alert a ON a.id = c.alert_id
     WHERE a.origin = 'cap' AND c.kind IN ('updated', 'ended') AND c.detail->>'by' ~ '${NAMED}'
     ON CONFLICT DO NOTHING`,
];
