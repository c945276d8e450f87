import { Cache } from '#libs/cache';
import { Database, type Transaction } from '#libs/database';
import type { Money } from '#libs/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { ProductContent } from '../domain/product.js';

/** For so long another process may still quote a price that was changed here. */
const KEPT_MS = 1_000;

export interface QuotedPrice {
  sku: string;
  title: string;
  price: Money;
}

/** Titles and prices of what is on sale, by SKU: every order asks for them. */
@Injectable()
export class QuotedPrices {
  constructor(
    private readonly database: Database,
    @Inject(Cache) private readonly cache: Cache,
  ) {}

  /** One statement for all that are not in the cache. What is not on sale is not kept: it may be the next moment. */
  async find(skus: readonly string[]): Promise<Map<string, QuotedPrice>> {
    const cached = await this.cache.mget<QuotedPrice>(skus.map(keyOf));
    const found = new Map(cached.flatMap((price) => (price ? [[price.sku, price] as const] : [])));
    const missing = skus.filter((sku) => !found.has(sku));
    if (missing.length === 0) return found;
    const read = await this.read(missing);
    if (read.length > 0) await this.cache.mset(read.map((value) => ({ key: keyOf(value.sku), value, ttl: KEPT_MS })));
    for (const price of read) found.set(price.sku, price);
    return found;
  }

  /** Once the transaction is committed, the next question reads these products' prices afresh. */
  forget(tx: Transaction, ...products: ProductContent[]): void {
    const keys = products.flatMap(({ variants }) => variants.map(({ sku }) => keyOf(sku)));
    tx.afterCommit(() => {
      this.cache.mdel(keys).catch(() => undefined); // they are gone by themselves a second later
    });
  }

  private async read(skus: readonly string[]): Promise<QuotedPrice[]> {
    const rows = await this.database.query<{ sku: string; title: string; amount: string; currency: string }>(
      `SELECT v.sku, CASE WHEN v.title = '' THEN p.title ELSE p.title || ', ' || v.title END AS title, v.amount, v.currency
       FROM catalog.variants v JOIN catalog.products p ON p.id = v.product_id
       WHERE v.sku = ANY($1) AND p.status = 'active'`,
      [skus],
    );
    return rows.map(({ sku, title, amount, currency }) => ({
      sku,
      title,
      price: { amount: Number(amount), currency },
    }));
  }
}

const keyOf = (sku: string) => `catalog.price:${sku}`;
