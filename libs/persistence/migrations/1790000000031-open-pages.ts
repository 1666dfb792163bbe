import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who has a page of the hub open at which gateway: a message in the application reaches nobody else. */
export class OpenPages1790000000031 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "open_page" ("gateway" uuid NOT NULL, "login" text NOT NULL, "seen_at" TIMESTAMP WITH TIME ZONE NOT NULL,
         CONSTRAINT "open_page_pk" PRIMARY KEY ("gateway", "login"))`,
    );
    await runner.query('CREATE INDEX "open_page_login" ON "open_page" ("login")');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "open_page"');
  }
}
