import { z } from 'zod';
import { CURRENCIES } from './currencies.js';

/** Integer minor units (pence, cents, yen) and an ISO 4217 code. */
export const Money = z
  .object({
    amount: z.int().meta({ examples: [1299], description: 'Minor units: 1299 is 12.99 GBP.' }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, { error: 'Use an ISO 4217 code such as GBP.', abort: true })
      .refine((code) => CURRENCIES.has(code), 'Use an ISO 4217 code such as GBP.')
      .meta({ examples: ['GBP'] }),
  })
  .meta({ id: 'Money' });
export type Money = z.infer<typeof Money>;

const formats = new Map<string, Intl.NumberFormat>();

/** Making a format costs more than a hundred uses of it. There are some 180 currencies. */
function formatOf(currency: string): Intl.NumberFormat {
  let format = formats.get(currency);
  if (!format) {
    const digits = minorDigits(currency);
    format = new Intl.NumberFormat('en-GB', {
      style: 'currency',
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    if (formats.size < 200) formats.set(currency, format);
  }
  return format;
}

/** Digits after the point by ISO 4217: 2 for GBP, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  return CURRENCIES.get(currency) ?? 2;
}

export function formatMoney({ amount, currency }: Money): string {
  return formatOf(currency).format(amount / 10 ** minorDigits(currency));
}
