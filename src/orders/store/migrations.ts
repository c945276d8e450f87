import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Orders1760000000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE orders.orders (
        bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 4095),
        id uuid NOT NULL,
        number text NOT NULL,
        status text NOT NULL CHECK (status IN ('pending', 'confirmed', 'rejected', 'fulfilled', 'cancelled', 'expired')),
        reason text,
        email text NOT NULL,
        customer_id text,
        currency text NOT NULL,
        subtotal bigint NOT NULL,
        shipping bigint NOT NULL,
        tax bigint NOT NULL,
        grand_total bigint NOT NULL,
        payment_status text NOT NULL,
        payment_method text NOT NULL,
        payment_token text,
        shipping_address json,
        metadata json NOT NULL,
        placed_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        deadline timestamptz NOT NULL,
        PRIMARY KEY (bucket, id)
      ) WITH (fillfactor = 80);
      CREATE INDEX orders_newest ON orders.orders (id);
      CREATE INDEX orders_customer ON orders.orders (bucket, customer_id, id) WHERE customer_id IS NOT NULL;
      CREATE INDEX orders_email ON orders.orders (email, id);
      CREATE INDEX orders_overdue ON orders.orders (deadline) WHERE status = 'pending';
      CREATE TABLE orders.lines (
        bucket smallint NOT NULL,
        order_id uuid NOT NULL,
        position smallint NOT NULL,
        sku text NOT NULL,
        title text NOT NULL,
        quantity integer NOT NULL CHECK (quantity > 0),
        unit_price bigint NOT NULL,
        PRIMARY KEY (bucket, order_id, position)
      );
      CREATE INDEX lines_sku ON orders.lines (sku, order_id);
      CREATE TABLE orders.placements (
        bucket smallint NOT NULL,
        caller text NOT NULL,
        key text NOT NULL,
        fingerprint text NOT NULL,
        order_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (bucket, caller, key)
      );
      CREATE INDEX placements_age ON orders.placements USING brin (created_at);
      CREATE TABLE orders.fulfilments (
        bucket smallint NOT NULL,
        order_id uuid NOT NULL,
        id uuid NOT NULL,
        lines json NOT NULL,
        tracking text,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (bucket, order_id, id)
      );
      CREATE TABLE orders.pricing_rules (
        country text PRIMARY KEY CHECK (country = '*' OR country ~ '^[A-Z]{2}$'),
        tax_basis_points integer NOT NULL CHECK (tax_basis_points BETWEEN 0 AND 10000),
        tax_inclusive boolean NOT NULL,
        shipping bigint NOT NULL CHECK (shipping >= 0),
        shipping_free_from bigint
      );
      COMMENT ON TABLE orders.pricing_rules IS 'Shipping and tax by country; * is the rest. Amounts in minor units of the order.';
      INSERT INTO orders.pricing_rules VALUES
        ('*', 0, true, 0, NULL),
        ('GB', 2000, true, 395, 5000),
        ('IE', 2300, true, 995, 10000),
        ('DE', 1900, true, 995, 10000),
        ('FR', 2000, true, 995, 10000),
        ('US', 0, false, 1495, 15000),
        ('CA', 500, false, 1495, 15000)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE orders.pricing_rules, orders.fulfilments, orders.placements, orders.lines, orders.orders',
    );
  }
}
