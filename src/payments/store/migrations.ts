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
