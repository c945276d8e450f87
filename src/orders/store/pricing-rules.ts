import { Database } from '#libs/database';
import { AppError } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import type { PricingRule } from '../domain/price-order.js';
import type { TaxRule } from '../domain/tax.js';

const KEPT_MS = 10_000;

interface Rules {
  tax: Map<string, TaxRule>;
  /** By country, then by currency. */
  shipping: Map<string, Map<string, Pick<PricingRule, 'shipping' | 'shippingFreeFrom'>>>;
}

/** The rules for shipping and tax, which are data: orders.tax_rules and orders.shipping_rules. */
@Injectable()
export class PricingRules {
  private kept: { at: number; rules: Promise<Rules> } | undefined;

  constructor(private readonly database: Database) {}

  /** A country without rules of its own has those of `*`; one that has them in other currencies only is refused. */
  async of(country: string, currency: string): Promise<PricingRule> {
    const { tax, shipping } = await this.current();
    const byCurrency = shipping.get(country) ?? shipping.get('*');
    const cost = byCurrency?.get(currency) ?? byCurrency?.get('*');
    const rule = tax.get(country) ?? tax.get('*');
    if (cost && rule) return { tax: rule, ...cost };
    throw new AppError(
      'orders.no-shipping-rate',
      `There is no price for shipping to ${country === '*' ? 'there' : country} in ${currency}. Ask the shop for one.`,
    );
  }

  private current(): Promise<Rules> {
    if (!this.kept || Date.now() - this.kept.at > KEPT_MS) {
      const rules = this.read();
      rules.catch(() => (this.kept = undefined));
      this.kept = { at: Date.now(), rules };
    }
    return this.kept.rules;
  }

  private async read(): Promise<Rules> {
    const taxes = await this.database.query<{ country: string } & TaxRule>('SELECT * FROM orders.tax_rules');
    const rates = await this.database.query<{
      country: string;
      currency: string;
      amount: string;
      free_from: string | null;
    }>('SELECT * FROM orders.shipping_rules');
    const shipping: Rules['shipping'] = new Map();
    for (const { country, currency, amount, free_from: freeFrom } of rates) {
      const cost = { shipping: Number(amount), shippingFreeFrom: freeFrom === null ? null : Number(freeFrom) };
      shipping.set(country, (shipping.get(country) ?? new Map<string, typeof cost>()).set(currency, cost));
    }
    return { tax: new Map(taxes.map(({ country, rate, inclusive }) => [country, { rate, inclusive }])), shipping };
  }
}
