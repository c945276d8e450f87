import { Database } from '#libs/database';
import { AppError } from '#libs/kernel';
import { Bus } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { QuotePrices } from '../../catalog/contract/index.js';
import { priceOrder, type PricingRule, type WantedLine } from '../domain/price-order.js';

const RULES_KEPT_MS = 10_000;

interface RuleRow {
  country: string;
  tax_basis_points: number;
  tax_inclusive: boolean;
  shipping: string;
  shipping_free_from: string | null;
}

/** Prices lines and totals at this moment. The rules for shipping and tax are data: orders.pricing_rules. */
@Injectable()
export class QuoteLines {
  private rules: { at: number; byCountry: Promise<Map<string, PricingRule>> } | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
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
    const rules = await this.currentRules();
    return priceOrder(lines, prices, (rules.get(country) ?? rules.get('*')) as PricingRule);
  }

  private currentRules(): Promise<Map<string, PricingRule>> {
    if (!this.rules || Date.now() - this.rules.at > RULES_KEPT_MS) {
      const byCountry = this.readRules();
      byCountry.catch(() => (this.rules = undefined));
      this.rules = { at: Date.now(), byCountry };
    }
    return this.rules.byCountry;
  }

  private async readRules(): Promise<Map<string, PricingRule>> {
    const rows = await this.database.query<RuleRow>('SELECT * FROM orders.pricing_rules');
    return new Map(
      rows.map((row) => [
        row.country,
        {
          country: row.country,
          taxBasisPoints: row.tax_basis_points,
          taxInclusive: row.tax_inclusive,
          shipping: Number(row.shipping),
          shippingFreeFrom: row.shipping_free_from === null ? null : Number(row.shipping_free_from),
        },
      ]),
    );
  }
}
