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

/**
 * Shipping in a currency, tax finer than a basis point and told by line. What shipping cost before was said in no
 * currency; it is taken for pounds, in which the shop's own rules were written.
 */
export class OrdersPricing1764200000210 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE orders.tax_rules (
        country text PRIMARY KEY CHECK (country = '*' OR country ~ '^[A-Z]{2}$'),
        rate integer NOT NULL CHECK (rate BETWEEN 0 AND 100000),
        inclusive boolean NOT NULL
      );
      COMMENT ON TABLE orders.tax_rules IS 'Tax by country; * is the rest. 8875 is 8.875 %.';
      INSERT INTO orders.tax_rules SELECT country, tax_basis_points * 10, tax_inclusive FROM orders.pricing_rules;
      CREATE TABLE orders.shipping_rules (
        country text NOT NULL CHECK (country = '*' OR country ~ '^[A-Z]{2}$'),
        currency text NOT NULL CHECK (currency = '*' OR currency ~ '^[A-Z]{3}$'),
        amount bigint NOT NULL CHECK (amount >= 0),
        free_from bigint,
        PRIMARY KEY (country, currency),
        CHECK (currency <> '*' OR amount = 0)
      );
      COMMENT ON TABLE orders.shipping_rules IS 'Shipping by country (* is the rest) and currency, in its minor units.';
      INSERT INTO orders.shipping_rules
      SELECT country, CASE shipping WHEN 0 THEN '*' ELSE 'GBP' END, shipping, shipping_free_from FROM orders.pricing_rules;
      COMMENT ON TABLE orders.pricing_rules IS 'Of 0.2.0: see tax_rules and shipping_rules.';
      ALTER TABLE orders.orders ADD COLUMN tax_included boolean;
      ALTER TABLE orders.lines ADD COLUMN tax bigint`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE orders.lines DROP COLUMN tax;
      ALTER TABLE orders.orders DROP COLUMN tax_included;
      DROP TABLE orders.tax_rules, orders.shipping_rules`);
  }
}

/** What staff ask for among a million orders; and keys by age. */
export class OrdersByStatus1764200000220 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX orders_status ON orders.orders (status, id) WHERE status NOT IN ('pending', 'fulfilled');
      DROP INDEX orders.placements_age;
      CREATE INDEX placements_age ON orders.placements (created_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX orders.orders_status, orders.placements_age;
      CREATE INDEX placements_age ON orders.placements USING brin (created_at)`);
  }
}

/** Billing addresses, a note of staff, the product of a line, e-mails in whatever letters, and what changed since. */
export class OrdersWritten1764200000230 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE orders.orders ADD COLUMN billing_address json, ADD COLUMN note text;
      ALTER TABLE orders.lines ADD COLUMN product_id uuid;
      CREATE INDEX orders_email_folded ON orders.orders (lower(email), id);
      DROP INDEX orders.orders_email;
      CREATE INDEX orders_changed ON orders.orders (date_trunc('milliseconds', updated_at AT TIME ZONE 'UTC'), id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX orders.orders_changed, orders.orders_email_folded;
      CREATE INDEX orders_email ON orders.orders (email, id);
      ALTER TABLE orders.lines DROP COLUMN product_id;
      ALTER TABLE orders.orders DROP COLUMN billing_address, DROP COLUMN note`);
  }
}
