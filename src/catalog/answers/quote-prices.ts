import { Database } from '#libs/database';
import type { AnswerOf, QuestionOf } from '#libs/kernel';
import { Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { QuotePrices } from '../contract/index.js';

interface Row {
  sku: string;
  title: string;
  amount: string;
  currency: string;
}

@Injectable()
export class QuotePricesAnswer {
  constructor(private readonly database: Database) {}

  @Handles(QuotePrices)
  async answer({ skus }: QuestionOf<typeof QuotePrices>): Promise<AnswerOf<typeof QuotePrices>> {
    const rows = await this.database.query<Row>(
      `SELECT v.sku, CASE WHEN v.title = '' THEN p.title ELSE p.title || ', ' || v.title END AS title, v.amount, v.currency
       FROM catalog.variants v JOIN catalog.products p ON p.id = v.product_id
       WHERE v.sku = ANY($1) AND p.status = 'active'`,
      [skus],
    );
    const found = new Set(rows.map(({ sku }) => sku));
    return {
      prices: rows.map(({ sku, title, amount, currency }) => ({
        sku,
        title,
        price: { amount: Number(amount), currency },
      })),
      unknown: skus.filter((sku) => !found.has(sku)),
    };
  }
}
