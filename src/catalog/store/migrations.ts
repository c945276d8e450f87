import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Catalog1760000000400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // IF NOT EXISTS: a database may have it already, in a schema of its own on the search path.
    await runner.query('CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public');
    // English stems without stop words: `The Who` can be found, and other languages lose no word.
    await runner.query(`
      CREATE TEXT SEARCH DICTIONARY catalog.stems (TEMPLATE = snowball, LANGUAGE = english);
      CREATE TEXT SEARCH CONFIGURATION catalog.stemmed (COPY = pg_catalog.simple);
      ALTER TEXT SEARCH CONFIGURATION catalog.stemmed ALTER MAPPING REPLACE simple WITH catalog.stems`);
    // "C" sorts alike on every server, and no upgrade of its C library breaks an index.
    // A SKU is claimed before its product is there, hence the deferred foreign key.
    await runner.query(`
      CREATE TABLE catalog.products (
        id uuid PRIMARY KEY,
        slug text COLLATE "C" NOT NULL UNIQUE,
        title text NOT NULL,
        description text NOT NULL,
        status text NOT NULL CHECK (status IN ('draft', 'active', 'archived')),
        categories text[] COLLATE "C" NOT NULL,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now(),
        sort_title text COLLATE "C" NOT NULL,
        lowest_amount bigint NOT NULL,
        search tsvector NOT NULL
      );
      CREATE INDEX products_title ON catalog.products (sort_title, id);
      CREATE INDEX products_price ON catalog.products (lowest_amount, id);
      CREATE INDEX products_created ON catalog.products (created_at, id);
      CREATE INDEX products_categories ON catalog.products USING gin (categories) WITH (fastupdate = off);
      CREATE INDEX products_search ON catalog.products USING gin (search) WITH (fastupdate = off);
      CREATE TABLE catalog.variants (
        id uuid PRIMARY KEY,
        product_id uuid NOT NULL REFERENCES catalog.products ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
        position smallint NOT NULL,
        sku text COLLATE "C" NOT NULL UNIQUE,
        title text NOT NULL,
        amount bigint NOT NULL CHECK (amount >= 0),
        currency text NOT NULL,
        attributes json NOT NULL
      );
      CREATE INDEX variants_product ON catalog.variants (product_id, position);
      CREATE TABLE catalog.vocabulary (word text COLLATE "C" PRIMARY KEY);
      CREATE INDEX vocabulary_trigrams ON catalog.vocabulary USING gin (word gin_trgm_ops) WITH (fastupdate = off)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE catalog.vocabulary, catalog.variants, catalog.products;
      DROP TEXT SEARCH CONFIGURATION catalog.stemmed;
      DROP TEXT SEARCH DICTIONARY catalog.stems`);
  }
}
