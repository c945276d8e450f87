import { Database, isDataError } from '#libs/database';
import { Batcher, type Money } from '#libs/kernel';
import { Injectable } from '@nestjs/common';

export interface QuotedPrice {
  sku: string;
  productId: string;
  title: string;
  price: Money;
}

/**
 * Titles and prices of what is on sale, by SKU: every order asks for them. Concurrent questions are one statement, so a
 * crowd costs little, and nothing is kept: what one replica archives, another one sells no more.
 */
@Injectable()
export class QuotedPrices {
  private readonly reading: Batcher<readonly string[], Map<string, QuotedPrice>>;

  constructor(private readonly database: Database) {
    this.reading = new Batcher({
      name: 'questions for prices',
      maxBatch: 100,
      maxWaiting: 5_000,
      concurrency: 2,
      isOfOneItem: isDataError,
      flush: async (questions) => {
        const prices = await this.read([...new Set(questions.flat())]);
        const bySku = new Map(prices.map((price) => [price.sku, price]));
        return questions.map(() => bySku);
      },
    });
  }

  async find(skus: readonly string[]): Promise<QuotedPrice[]> {
    const bySku = await this.reading.add(skus);
    return skus.flatMap((sku) => bySku.get(sku) ?? []);
  }

  private async read(skus: readonly string[]): Promise<QuotedPrice[]> {
    const rows = await this.database.query<{
      sku: string;
      product_id: string;
      title: string;
      amount: string;
      currency: string;
    }>(
      `SELECT v.sku, v.product_id, CASE WHEN v.title = '' THEN p.title ELSE p.title || ', ' || v.title END AS title, v.amount, v.currency
       FROM catalog.variants v JOIN catalog.products p ON p.id = v.product_id
       WHERE v.sku = ANY($1) AND p.status = 'active'`,
      [skus],
    );
    return rows.map(({ sku, product_id: productId, title, amount, currency }) => ({
      sku,
      productId,
      title,
      price: { amount: Number(amount), currency },
    }));
  }
}
