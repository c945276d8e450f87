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

const formats = new Map<string, Intl.NumberFormat>();

/** Making a format costs more than a hundred uses of it. There are some 180 currencies. */
function formatOf(currency: string): Intl.NumberFormat {
  let format = formats.get(currency);
  if (!format) {
    format = new Intl.NumberFormat('en-GB', { style: 'currency', currency });
    if (formats.size < 200) formats.set(currency, format);
  }
  return format;
}

/** Digits after the point, by Unicode CLDR as Intl has it: 2 for GBP, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  return formatOf(currency).resolvedOptions().maximumFractionDigits ?? 2;
}

export function formatMoney({ amount, currency }: Money): string {
  const digits = minorDigits(currency);
  return formatOf(currency).format(amount / 10 ** digits);
}
