import { Instant, listOf, ORDER_TOKEN_DAYS, PageQuery } from '#libs/http';
import { Money, Sku } from '#libs/kernel';
import { z } from 'zod';
import { Fulfilment, Order, OrderLine, OrderStatus, Totals } from '../contract/index.js';
import { parseOrderNumber } from '../domain/order-number.js';
import { COUNTRIES } from '../domain/countries.js';

const Line = z
  .strictObject({
    sku: Sku,
    quantity: z
      .int()
      .min(1)
      .max(1_000_000)
      .meta({ examples: [1] }),
  })
  .meta({ id: 'WantedLine' });

const Lines = z.array(Line).min(1).max(2_000);

/** Of an address: anything that is not blank. */
const part = (length: number) => z.string().trim().min(1).max(length);

const Address = z
  .strictObject({
    name: part(200).meta({ examples: ['Ada Lovelace'] }),
    company: part(200)
      .optional()
      .meta({ examples: ['Analytical Engines Ltd'] }),
    line1: part(200).meta({ examples: ['12 St James\u2019s Square'] }),
    line2: part(200)
      .optional()
      .meta({ examples: ['Second floor'] }),
    city: part(200).meta({ examples: ['London'] }),
    region: part(200)
      .optional()
      .meta({ description: 'State, province or county.', examples: ['Greater London'] }),
    postalCode: part(20).meta({ examples: ['SW1Y 4JH'] }),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, { error: 'Use an ISO 3166-1 code such as GB.', abort: true })
      .refine((code) => COUNTRIES.has(code), {
        error: ({ input }) => `${String(input)} is no ISO 3166-1 code.${input === 'UK' ? ' Use GB.' : ''}`,
      })
      .meta({ description: 'ISO 3166-1.', examples: ['GB'] }),
    phone: part(40)
      .optional()
      .meta({ examples: ['+44 20 7946 0018'] }),
  })
  .meta({ id: 'Address' });

const MOST_ENTRIES = 50;
const MOST_METADATA_BYTES = 16_384;

const Metadata = z
  .record(z.string().min(1).max(100), z.string().max(1_000))
  .refine((entries) => Object.keys(entries).length <= MOST_ENTRIES, `Use at most ${MOST_ENTRIES} entries.`)
  .refine((entries) => Buffer.byteLength(JSON.stringify(entries)) <= MOST_METADATA_BYTES, 'Use at most 16 kB in all.')
  .meta({ maxProperties: MOST_ENTRIES, description: 'At most 50 entries, 16 kB in all.', examples: [{ gift: 'yes' }] });

export const PlaceOrderBody = z
  .strictObject({
    email: z.email('Use an e-mail address.').max(254),
    lines: Lines,
    payment: z.strictObject({ method: z.string().min(1).max(50), token: z.string().max(500).optional() }).optional(),
    shippingAddress: Address.optional(),
    billingAddress: Address.optional().meta({ description: 'Where it differs from `shippingAddress`.' }),
    expectedTotal: Money.optional().meta({
      description:
        'The grand total that the buyer has seen: another one is 409 `orders.total-changed`, with the quote.',
    }),
    metadata: Metadata.optional(),
  })
  .meta({
    id: 'PlaceOrder',
    examples: [
      {
        email: 'ada@example.com',
        lines: [{ sku: 'TEE-BLACK-M', quantity: 1 }],
        payment: { method: 'test', token: 'tok_ok' },
      },
    ],
  });

export const QuoteBody = z
  .strictObject({ lines: Lines, country: Address.shape.country.optional() })
  .meta({ id: 'QuoteRequest', examples: [{ lines: [{ sku: 'TEE-BLACK-M', quantity: 2 }] }] });

export const Quote = z.object({ lines: z.array(OrderLine), totals: Totals }).meta({ id: 'Quote' });

/** 128 random bits in base64url, the shortest of the usual ways to write them. */
export const UNGUESSABLE_KEY_LENGTH = 22;

export const PlacedOrder = Order.extend({
  orderToken: z
    .string()
    .optional()
    .meta({
      description:
        `To a guest only: the bearer token for this order, good for ${ORDER_TOKEN_DAYS} days. A repeat gets it where the ` +
        `Idempotency-Key is no guess: at least ${UNGUESSABLE_KEY_LENGTH} characters, made at random.`,
    }),
}).meta({ id: 'PlacedOrder' });

/** Codes, as the reason is mailed: nothing that a stranger typed is mailed to an address that is not verified. */
const CANCEL_REASONS = ['changed-mind', 'found-cheaper', 'too-slow', 'mistake', 'other', 'customer-request'] as const;

export const CancelBody = z
  .strictObject({
    reason: z.enum(CANCEL_REASONS).optional(),
    note: z.string().trim().min(1).max(500).optional().meta({ description: 'Staff only: mailed to the buyer.' }),
  })
  .nullish()
  .meta({ id: 'CancelOrder', examples: [{ reason: 'changed-mind' }] });

export const FulfilmentBody = z
  .strictObject({ lines: Lines.optional(), tracking: z.string().min(1).max(200).optional() })
  .nullish()
  .meta({ id: 'Fulfilment', examples: [{ tracking: 'RM123456789GB' }] });

export const OrdersQuery = z.object({
  ...PageQuery,
  status: OrderStatus.optional(),
  number: z
    .string()
    .max(40)
    .transform((text, context) => {
      const number = parseOrderNumber(text);
      if (number === undefined)
        context.addIssue({ code: 'custom', message: 'Use a number such as 01KB-7Q2M-3XHD-9W5T.' });
      return number ?? z.NEVER;
    })
    .optional(),
  placedAfter: Instant.optional().meta({ description: 'At this time or after it.' }),
  placedBefore: Instant.optional().meta({ description: 'Before this time.' }),
  updatedAfter: Instant.optional().meta({ description: 'Changed at this time or after it.' }),
  sort: z
    .enum(['-placedAt', 'updatedAt'])
    .default('-placedAt')
    .meta({
      description:
        'The newest first; or by change, the one longest ago first, for readers who go on from the last `updatedAt`: a ' +
        'change is listed after five seconds, so none is missed.',
    }),
  customerId: z.string().max(100).optional().meta({ description: 'Staff only.' }),
  email: z.string().max(254).optional().meta({ description: 'In whatever letters. Staff only.' }),
  sku: Sku.optional().meta({ description: 'Staff only.' }),
});

export const OrderList = listOf(Order, 'OrderList');
export const FulfilmentList = listOf(Fulfilment, 'FulfilmentList');
