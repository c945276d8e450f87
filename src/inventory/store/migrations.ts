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

const SUMS = (entries: string) => `
  SELECT sku, coalesce(sum(delta) FILTER (WHERE reason = 'counted'), 0),
    coalesce(sum(delta) FILTER (WHERE reason = 'sold'), 0), coalesce(sum(delta) FILTER (WHERE reason = 'returned'), 0),
    coalesce(sum(delta) FILTER (WHERE reason NOT IN ('counted', 'sold', 'returned')), 0)
  FROM ${entries} GROUP BY sku ORDER BY sku`;

/**
 * What each ledger sums to, kept by Postgres itself with every entry, whichever release writes it: to read a list of
 * stock must not cost a walk through all that was ever sold. And what refusals and releases leave behind, by age.
 */
export class LedgerSums1764200000110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE inventory.ledger_sums (
        sku text COLLATE "C" PRIMARY KEY,
        counted bigint NOT NULL,
        sold bigint NOT NULL,
        returned bigint NOT NULL,
        adjusted bigint NOT NULL
      ) WITH (fillfactor = 70);
      CREATE FUNCTION inventory.sum_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO inventory.ledger_sums AS s (sku, counted, sold, returned, adjusted)
        ${SUMS('added')}
        ON CONFLICT (sku) DO UPDATE SET counted = s.counted + EXCLUDED.counted, sold = s.sold + EXCLUDED.sold,
          returned = s.returned + EXCLUDED.returned, adjusted = s.adjusted + EXCLUDED.adjusted;
        RETURN NULL;
      END $$;
      CREATE TRIGGER sum_ledger AFTER INSERT ON inventory.ledger REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION inventory.sum_ledger();
      INSERT INTO inventory.ledger_sums (sku, counted, sold, returned, adjusted) ${SUMS('inventory.ledger')};
      CREATE INDEX reservations_ended ON inventory.reservations (order_id) WHERE status IN ('refused', 'released')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX inventory.reservations_ended;
      DROP TRIGGER sum_ledger ON inventory.ledger;
      DROP FUNCTION inventory.sum_ledger;
      DROP TABLE inventory.ledger_sums`);
  }
}
