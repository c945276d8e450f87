import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Payments1760000000300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payments.intents (
        id uuid PRIMARY KEY,
        order_id uuid NOT NULL UNIQUE,
        status text NOT NULL CHECK (status IN ('pending', 'captured', 'declined', 'cancelled', 'refunding', 'refunded')),
        method text,
        amount bigint,
        currency text,
        reference text,
        reason text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE payments.intents');
  }
}

/** The provider's last word; what is still to be settled: few rows, however many there have been; the test provider's books. */
export class IntentsUnsettled1764200000310 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payments.intents ADD COLUMN provider_status text, ADD COLUMN reconciled_by uuid;
      CREATE INDEX intents_unsettled ON payments.intents (updated_at)
        WHERE status IN ('pending', 'refunding') OR (status = 'cancelled' AND method IS NOT NULL AND provider_status IS NULL);
      CREATE TABLE payments.test_intents (
        id uuid PRIMARY KEY,
        token text,
        first_at timestamptz NOT NULL DEFAULT now(),
        calls integer NOT NULL DEFAULT 1,
        ended text CHECK (ended IN ('refunded', 'cancelled'))
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE payments.test_intents;
      DROP INDEX payments.intents_unsettled;
      ALTER TABLE payments.intents DROP COLUMN provider_status, DROP COLUMN reconciled_by`);
  }
}
