import { Money } from '#libs/kernel';
import { z } from 'zod';

export const OrderStatus = z.enum(['pending', 'confirmed', 'rejected', 'fulfilled', 'cancelled', 'expired']);
export type OrderStatus = z.infer<typeof OrderStatus>;

export const OrderLine = z
  .object({
    sku: z.string().meta({ examples: ['TEE-BLACK-M'] }),
    productId: z.uuid().optional().meta({ description: 'Orders of before 0.3 have none.' }),
    title: z.string().meta({ examples: ['Black tee, M'] }),
    quantity: z.int().meta({ examples: [1] }),
    fulfilled: z
      .int()
      .optional()
      .meta({ description: 'Units that have been shipped. A quote has none.', examples: [0] }),
    unitPrice: Money,
    tax: Money.optional().meta({ description: 'Of the whole line. Orders of before 0.3 have none.' }),
    total: Money,
  })
  .meta({ id: 'OrderLine' });

export const Totals = z
  .object({
    subtotal: Money,
    shipping: Money,
    tax: Money,
    taxIncluded: z.boolean().optional().meta({ description: 'Whether subtotal and shipping contain the tax already.' }),
    grandTotal: Money,
  })
  .meta({ id: 'Totals' });

/** As it was given. Orders of before 0.3 may lack any part but the country. */
export const Address = z
  .object({
    name: z.string().optional(),
    company: z.string().optional(),
    line1: z.string().optional(),
    line2: z.string().optional(),
    city: z.string().optional(),
    region: z.string().optional(),
    postalCode: z.string().optional(),
    country: z.string().meta({ description: 'ISO 3166-1.', examples: ['GB'] }),
    phone: z.string().optional(),
  })
  .meta({ id: 'OrderAddress' });
export type Address = z.infer<typeof Address>;

export const Fulfilment = z
  .object({
    id: z.uuid(),
    lines: z.array(z.object({ sku: z.string(), quantity: z.int() })),
    tracking: z.string().optional(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'OrderFulfilment' });
export type Fulfilment = z.infer<typeof Fulfilment>;

export const Order = z
  .object({
    id: z.uuid(),
    number: z.string().meta({ examples: ['01KB-7Q2M-3XHD-9W5T'] }),
    status: OrderStatus,
    reason: z
      .string()
      .optional()
      .meta({ description: 'Why it ended so, such as `out-of-stock`.', examples: ['out-of-stock'] }),
    note: z
      .string()
      .optional()
      .meta({ description: 'What staff wrote when they cancelled it.', examples: ['Lost in the post'] }),
    email: z.string().meta({ examples: ['ada@example.com'] }),
    customerId: z.string().optional(),
    lines: z.array(OrderLine),
    totals: Totals,
    payment: z.object({
      status: z.enum(['none', 'pending', 'captured', 'declined', 'refunded']),
      method: z.string().meta({ examples: ['test'] }),
    }),
    shippingAddress: Address.optional(),
    billingAddress: Address.optional(),
    fulfilments: z.array(Fulfilment).optional(),
    cancellable: z
      .boolean()
      .optional()
      .meta({ description: 'Whether `cancel` would be granted now: once anything has shipped, it is not.' }),
    metadata: z.record(z.string(), z.string()),
    placedAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Order' });
export type Order = z.infer<typeof Order>;
