import { Money } from '#libs/kernel';
import { z } from 'zod';

export const OrderStatus = z.enum(['pending', 'confirmed', 'rejected', 'fulfilled', 'cancelled', 'expired']);
export type OrderStatus = z.infer<typeof OrderStatus>;

export const OrderLine = z
  .object({
    sku: z.string().meta({ examples: ['TEE-BLACK-M'] }),
    title: z.string().meta({ examples: ['Black tee, M'] }),
    quantity: z.int().meta({ examples: [1] }),
    unitPrice: Money,
    total: Money,
  })
  .meta({ id: 'OrderLine' });

export const Totals = z
  .object({ subtotal: Money, shipping: Money, tax: Money, grandTotal: Money })
  .meta({ id: 'Totals', description: 'Where tax is inclusive, it is contained in the subtotal already.' });

export const Order = z
  .object({
    id: z.uuid(),
    number: z.string().meta({ examples: ['01KB-7Q2M-3XHD-9W5T'] }),
    status: OrderStatus,
    reason: z
      .string()
      .optional()
      .meta({ description: 'Why it ended so, such as `out-of-stock`.', examples: ['out-of-stock'] }),
    email: z.string().meta({ examples: ['ada@example.com'] }),
    customerId: z.string().optional(),
    lines: z.array(OrderLine),
    totals: Totals,
    payment: z.object({
      status: z.enum(['none', 'pending', 'captured', 'declined', 'refunded']),
      method: z.string().meta({ examples: ['test'] }),
    }),
    metadata: z.record(z.string(), z.string()),
    placedAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Order' });
export type Order = z.infer<typeof Order>;
