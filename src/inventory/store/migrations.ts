import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Inventory1760000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE inventory.stock (
        sku text COLLATE "C" PRIMARY KEY,
        on_hand integer NOT NULL CHECK (on_hand >= 0),
        reserved integer NOT NULL DEFAULT 0 CHECK (reserved >= 0),
        version integer NOT NULL DEFAULT 1,
        CONSTRAINT never_oversold CHECK (reserved <= on_hand)
      ) WITH (fillfactor = 70);
      CREATE TABLE inventory.ledger (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        sku text COLLATE "C" NOT NULL,
        delta integer NOT NULL,
        reason text NOT NULL,
        order_id uuid,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX ledger_sku ON inventory.ledger (sku, id);
      CREATE TABLE inventory.reservations (
        order_id uuid PRIMARY KEY,
        status text NOT NULL CHECK (status IN ('reserved', 'refused', 'committed', 'released')),
        lines json NOT NULL,
        expires_at timestamptz,
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX reservations_expiry ON inventory.reservations (expires_at) WHERE status = 'reserved'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE inventory.reservations, inventory.ledger, inventory.stock');
  }
}
