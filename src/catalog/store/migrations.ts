import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Catalog1760000000400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE catalog.products (
        id uuid PRIMARY KEY,
        slug text NOT NULL UNIQUE,
        title text NOT NULL,
        description text NOT NULL DEFAULT '',
        status text NOT NULL CHECK (status IN ('draft', 'active', 'archived')),
        categories text[] NOT NULL DEFAULT '{}',
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE catalog.variants (
        id uuid PRIMARY KEY,
        product_id uuid NOT NULL REFERENCES catalog.products ON DELETE CASCADE,
        position smallint NOT NULL,
        sku text COLLATE "C" NOT NULL UNIQUE,
        title text NOT NULL,
        amount bigint NOT NULL CHECK (amount >= 0),
        currency text NOT NULL,
        attributes json NOT NULL DEFAULT '{}'
      );
      CREATE INDEX variants_product ON catalog.variants (product_id, position)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE catalog.variants, catalog.products');
  }
}
