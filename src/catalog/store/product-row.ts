import type { Product, ProductStatus, Variant } from '../contract/index.js';
import { lowestAmount, type ProductContent } from '../domain/product.js';
import { wordsOf } from '../domain/words.js';

const SORTED_BY = 100;

/** A product whole, from `catalog.products p`. */
export const PRODUCT_COLUMNS = `
  p.id, p.slug, p.title, p.description, p.status, p.categories,
  (SELECT json_agg(json_build_object('id', v.id, 'sku', v.sku, 'title', v.title,
     'price', json_build_object('amount', v.amount, 'currency', v.currency), 'attributes', v.attributes) ORDER BY v.position)
   FROM catalog.variants v WHERE v.product_id = p.id) AS variants,
  p.version, p.created_at, p.updated_at`;

export interface ProductRow {
  id: string;
  slug: string;
  title: string;
  description: string;
  status: ProductStatus;
  categories: string[];
  variants: Variant[];
  version: number;
  created_at: Date;
  updated_at: Date;
}

export function fromRow(row: ProductRow): Product {
  const { id, slug, title, description, status, categories, variants, version, created_at, updated_at } = row;
  const times = { createdAt: created_at.toISOString(), updatedAt: updated_at.toISOString() };
  return { id, slug, title, description, status, categories, variants, version, ...times };
}

/** What `json_to_recordset(... ) AS n (${ROW_SHAPE})` reads. */
export const ROW_SHAPE = `id uuid, slug text, title text, description text, status text, categories text[],
  sort_title text, lowest_amount bigint, names text, prose text`;

/** Its names count for more than its description. */
export const SEARCH_VECTOR = `setweight(to_tsvector('catalog.stemmed', n.names), 'A')
  || setweight(to_tsvector('catalog.stemmed', n.prose), 'D')`;

export function toRow(product: ProductContent) {
  const { id, slug, title, description, status, categories } = product;
  const { names, prose } = searchWords(product);
  return {
    ...{ id, slug, title, description, status, categories },
    sort_title: wordsOf(title).join(' ').slice(0, SORTED_BY),
    lowest_amount: lowestAmount(product),
    names: names.join(' '),
    prose: prose.join(' '),
  };
}

/** The words a product is found by. */
export function searchWords({ title, description, categories, variants }: ProductContent) {
  const names = [title, ...variants.map((variant) => variant.title), ...categories, ...variants.map(({ sku }) => sku)];
  return { names: names.flatMap(wordsOf), prose: wordsOf(description) };
}
