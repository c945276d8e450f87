import { Database } from '#libs/database';
import { Injectable } from '@nestjs/common';
import type { Product, ProductStatus } from '../contract/index.js';
import { wordsOf } from '../domain/words.js';
import { fromRow, PRODUCT_COLUMNS, type ProductRow } from './product-row.js';
import { nearWords } from './vocabulary.js';

/** Further words of a search are left out. */
const MOST_WORDS = 10;
const SHORTEST_PREFIX = 3;

const BY = {
  relevance: `ts_rank(p.search, to_tsquery('catalog.stemmed', $1))::float8`,
  title: 'p.sort_title',
  price: 'p.lowest_amount',
  createdAt: 'p.created_at',
};

/** How a list can be sorted; ties are broken by id. A minus turns the order round; relevance starts with the best. */
export const SORTS = ['relevance', 'title', '-title', 'price', '-price', 'createdAt', '-createdAt'] as const;
export type Sort = (typeof SORTS)[number];

/** The last item of a page: the value it was sorted by, and its id. */
export interface Position {
  value: string | number;
  id: string;
}

export interface ProductsWanted {
  q?: string;
  category?: string;
  sku?: string;
  status?: ProductStatus;
  sort: Sort;
  after?: Position;
  limit: number;
}

export interface ListedProduct {
  product: Product;
  position: Position;
}

@Injectable()
export class ProductList {
  constructor(private readonly database: Database) {}

  /** Filters combine. Every word of `q` must be in the product, as it is, begun, or with a typo. */
  async list({ q, category, sku, status, sort, after, limit }: ProductsWanted): Promise<ListedProduct[]> {
    const parameters: unknown[] = [];
    const conditions: string[] = [];
    const where = (sql: (parameter: string) => string, value: unknown) => {
      if (value !== undefined) conditions.push(sql(`$${parameters.push(value)}`));
    };
    if (q !== undefined) {
      const search = await this.searchFor(q);
      if (search === undefined) return [];
      where((words) => `p.search @@ to_tsquery('catalog.stemmed', ${words})`, search);
    }
    where((value) => `p.status = ${value}`, status);
    where((value) => `p.categories @> ARRAY[${value}::text]`, category);
    where((value) => `EXISTS (SELECT FROM catalog.variants v WHERE v.product_id = p.id AND v.sku = ${value})`, sku);
    const { by, direction } = orderOf(sort);
    if (after) {
      const position = `$${parameters.push(after.value)}, $${parameters.push(after.id)}`;
      conditions.push(`(${by}, p.id) ${direction === 'ASC' ? '>' : '<'} (${position})`);
    }
    const rows = await this.database.query<ProductRow & { sorted_by: string | number | Date }>(
      `WITH listed AS (
         SELECT p.*, ${by} AS sorted_by FROM catalog.products p
         ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
         ORDER BY sorted_by ${direction}, p.id ${direction} LIMIT ${limit})
       SELECT ${PRODUCT_COLUMNS}, p.sorted_by FROM listed p ORDER BY p.sorted_by ${direction}, p.id ${direction}`,
      parameters,
    );
    return rows.map((row) => ({ product: fromRow(row), position: { value: plain(row.sorted_by), id: row.id } }));
  }

  /** The search as to_tsquery takes it; undefined where `q` has no word in it. It is the first parameter. */
  private async searchFor(q: string): Promise<string | undefined> {
    const words = [...new Set(wordsOf(q))].slice(0, MOST_WORDS);
    if (words.length === 0) return undefined;
    const near = await nearWords(this.database, words);
    const terms = words.map((word) => [word.length < SHORTEST_PREFIX ? word : `${word}:*`, ...(near.get(word) ?? [])]);
    return terms.map((choices) => `(${choices.join(' | ')})`).join(' & ');
  }
}

function orderOf(sort: Sort): { by: string; direction: 'ASC' | 'DESC' } {
  if (sort === 'relevance') return { by: BY.relevance, direction: 'DESC' };
  const key = sort.replace('-', '') as keyof typeof BY;
  return { by: BY[key], direction: sort.startsWith('-') ? 'DESC' : 'ASC' };
}

const plain = (value: string | number | Date) => (value instanceof Date ? value.toISOString() : value);
