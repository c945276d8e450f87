import { Money, query } from '#libs/kernel';
import { z } from 'zod';

export * from './product.js';

/** Prices lines at this moment. SKUs that no active product has are listed in `unknown`. */
export const QuotePrices = query('catalog.quote-prices', {
  question: z.object({ skus: z.array(z.string()).min(1).max(2_000) }),
  answer: z.object({
    prices: z.array(z.object({ sku: z.string(), productId: z.uuid().optional(), title: z.string(), price: Money })),
    unknown: z.array(z.string()),
  }),
});
