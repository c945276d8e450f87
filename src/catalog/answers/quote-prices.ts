import type { AnswerOf, QuestionOf } from '#libs/kernel';
import { Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { QuotePrices } from '../contract/index.js';
import { QuotedPrices } from '../store/quoted-prices.js';

@Injectable()
export class QuotePricesAnswer {
  constructor(private readonly prices: QuotedPrices) {}

  @Handles(QuotePrices)
  async answer({ skus }: QuestionOf<typeof QuotePrices>): Promise<AnswerOf<typeof QuotePrices>> {
    const prices = await this.prices.find(skus);
    const found = new Set(prices.map(({ sku }) => sku));
    return { prices, unknown: skus.filter((sku) => !found.has(sku)) };
  }
}
