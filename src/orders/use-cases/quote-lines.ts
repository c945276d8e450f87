import { AppError } from '#libs/kernel';
import { Bus } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { QuotePrices } from '../../catalog/contract/index.js';
import { currencyOf, priceOrder, type WantedLine } from '../domain/price-order.js';
import { PricingRules } from '../store/pricing-rules.js';

/** Prices lines and totals at this moment. */
@Injectable()
export class QuoteLines {
  constructor(
    private readonly bus: Bus,
    private readonly rules: PricingRules,
  ) {}

  async quote(lines: readonly WantedLine[], country = '*') {
    const { prices, unknown } = await this.bus.ask(QuotePrices, { skus: [...new Set(lines.map(({ sku }) => sku))] });
    if (unknown.length > 0) {
      const missing = new Set(unknown);
      throw new AppError(
        'orders.unknown-sku',
        `There is no product on sale with the SKU ${unknown.slice(0, 5).join(', ')}.`,
        {
          errors: lines.flatMap(({ sku }, index) =>
            missing.has(sku) ? [{ pointer: `/lines/${index}/sku`, message: 'Product not found' }] : [],
          ),
        },
      );
    }
    return priceOrder(lines, prices, await this.rules.of(country, currencyOf(prices)));
  }
}
