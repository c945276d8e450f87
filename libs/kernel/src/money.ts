import { z } from 'zod';

/** Integer minor units (pence, cents, yen) and an ISO 4217 code. */
export const Money = z
  .object({
    amount: z.int().meta({ examples: [1299], description: 'Minor units: 1299 is 12.99 GBP.' }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'Use an ISO 4217 code such as GBP.')
      .meta({ examples: ['GBP'] }),
  })
  .meta({ id: 'Money' });
export type Money = z.infer<typeof Money>;

/** Digits after the point, by Unicode CLDR as Intl has it: 2 for GBP, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

export function formatMoney({ amount, currency }: Money): string {
  const digits = minorDigits(currency);
  return new Intl.NumberFormat('en-GB', { style: 'currency', currency }).format(amount / 10 ** digits);
}
