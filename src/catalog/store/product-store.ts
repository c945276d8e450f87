import { constraintOf, Database, type Transaction } from '#libs/database';
import { conflict, isId } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import type { Product } from '../contract/index.js';
import type { NewProduct, ProductContent } from '../domain/product.js';
import { slugApart } from '../domain/slug.js';
import {
  fromRow,
  PRODUCT_COLUMNS,
  type ProductRow,
  ROW_SHAPE,
  SEARCH_VECTOR,
  searchWords,
  toRow,
} from './product-row.js';
import { learnWords } from './vocabulary.js';

@Injectable()
export class ProductStore {
  constructor(private readonly database: Database) {}

  async find(idOrSlug: string): Promise<Product | undefined> {
    const column = isId(idOrSlug) ? 'id' : 'slug';
    const [row] = await this.database.query<ProductRow>(
      `SELECT ${PRODUCT_COLUMNS} FROM catalog.products p WHERE p.${column} = $1`,
      [idOrSlug],
    );
    return row && fromRow(row);
  }

  /** Locks a product and reads it. Two statements: the variants must be read after the lock is there. */
  async lock(tx: Transaction, id: string): Promise<Product | undefined> {
    await tx.query('SELECT FROM catalog.products WHERE id = $1 FOR UPDATE', [id]);
    const [row] = await tx.query<ProductRow>(`SELECT ${PRODUCT_COLUMNS} FROM catalog.products p WHERE p.id = $1`, [id]);
    return row && fromRow(row);
  }

  /** Lets one import at a time go on, so that two of the same rows make no product twice. */
  async lockImports(tx: Transaction): Promise<void> {
    await tx.query("SELECT pg_advisory_xact_lock(hashtext('catalog imports'))");
  }

  /** Locks the products that have these SKUs, in the order of their ids, and reads them: by SKU. */
  async lockBySku(tx: Transaction, skus: readonly string[]): Promise<Map<string, Product>> {
    const locked = await tx.query<{ id: string }>(
      `SELECT id FROM catalog.products WHERE id IN (SELECT product_id FROM catalog.variants WHERE sku = ANY($1))
       ORDER BY id FOR UPDATE`,
      [skus],
    );
    const rows = await tx.query<ProductRow>(`SELECT ${PRODUCT_COLUMNS} FROM catalog.products p WHERE p.id = ANY($1)`, [
      locked.map(({ id }) => id),
    ]);
    return new Map(rows.map(fromRow).flatMap((product) => product.variants.map(({ sku }) => [sku, product])));
  }

  /**
   * Writes products in a few statements, however many. Answers the SKUs that other products have: a new product with
   * one of these is left out. Locks are taken in one order by all: products, SKUs, slugs, words.
   */
  async save(
    tx: Transaction,
    { added = [], changed = [] }: { added?: readonly NewProduct[]; changed?: readonly ProductContent[] },
  ): Promise<Set<string>> {
    if (added.length + changed.length === 0) return new Set();
    const taken = await this.claimSkus(tx, added, changed);
    const free = added.filter(({ variants }) => !variants.some(({ sku }) => taken.has(sku)));
    await this.insert(tx, free);
    await this.update(tx, changed);
    await learnWords(
      tx,
      [...added, ...changed].map(searchWords).flatMap(({ names, prose }) => [...names, ...prose]),
    );
    return taken;
  }

  async remove(tx: Transaction, id: string): Promise<void> {
    await tx.query('DELETE FROM catalog.products WHERE id = $1', [id]);
  }

  private async claimSkus(tx: Transaction, added: readonly ProductContent[], changed: readonly ProductContent[]) {
    if (changed.length > 0) {
      await tx.query('DELETE FROM catalog.variants WHERE product_id = ANY($1)', [changed.map(({ id }) => id)]);
    }
    const variants = [...added, ...changed].flatMap((product) =>
      product.variants.map((variant, position) => ({ ...variant, ...variant.price, product_id: product.id, position })),
    );
    const claimed = await tx.query<{ sku: string }>(
      `INSERT INTO catalog.variants (id, product_id, position, sku, title, amount, currency, attributes)
       SELECT id, product_id, position, sku, title, amount, currency, attributes FROM json_to_recordset($1::json) AS n
         (id uuid, product_id uuid, position smallint, sku text, title text, amount bigint, currency text, attributes json)
       ORDER BY sku COLLATE "C" ON CONFLICT (sku) DO NOTHING RETURNING sku`,
      [JSON.stringify(variants)],
    );
    const mine = new Set(claimed.map(({ sku }) => sku));
    return new Set(variants.map(({ sku }) => sku).filter((sku) => !mine.has(sku)));
  }

  private async insert(tx: Transaction, products: readonly NewProduct[]): Promise<void> {
    if (products.length === 0) return;
    const rows = await tx.query<{ id: string }>(
      `INSERT INTO catalog.products
         (id, slug, title, description, status, categories, sort_title, lowest_amount, search)
       SELECT n.id, n.slug, n.title, n.description, n.status, n.categories, n.sort_title, n.lowest_amount, ${SEARCH_VECTOR}
       FROM json_to_recordset($1::json) AS n (${ROW_SHAPE})
       ORDER BY n.slug COLLATE "C" ON CONFLICT (slug) DO NOTHING RETURNING id`,
      [JSON.stringify(products.map(toRow))],
    );
    const inserted = new Set(rows.map(({ id }) => id));
    const clashing = products.filter(({ id }) => !inserted.has(id));
    const refused = clashing.find(({ slugIsDerived }) => !slugIsDerived);
    if (refused) throw slugTaken(refused.slug);
    const apart = clashing.map((product) => ({ ...product, slug: slugApart(product.slug, product.id) }));
    await this.insert(tx, apart);
  }

  private async update(tx: Transaction, products: readonly ProductContent[]): Promise<void> {
    if (products.length === 0) return;
    try {
      await tx.query(
        `UPDATE catalog.products p SET slug = n.slug, title = n.title, description = n.description, status = n.status,
           categories = n.categories, sort_title = n.sort_title, lowest_amount = n.lowest_amount,
           search = ${SEARCH_VECTOR}, version = p.version + 1, updated_at = now()
         FROM json_to_recordset($1::json) AS n (${ROW_SHAPE}) WHERE p.id = n.id`,
        [JSON.stringify(products.map(toRow))],
      );
    } catch (error) {
      if (constraintOf(error) === 'products_slug_key') throw slugTaken(products[0]?.slug ?? '');
      throw error;
    }
  }
}

function slugTaken(slug: string) {
  return conflict('catalog.slug-taken', `Another product has the slug "${slug}". Choose another, or leave it out.`);
}
