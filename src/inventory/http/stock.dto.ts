import { listOf, PageQuery } from '#libs/http';
import { Sku } from '#libs/kernel';
import { z } from 'zod';
import { MOST_UNITS } from '../domain/apply-counts.js';

export const Stock = z
  .object({ sku: Sku, onHand: z.int(), reserved: z.int(), available: z.int(), version: z.int() })
  .meta({ id: 'Stock', examples: [{ sku: 'TEE-BLACK-M', onHand: 100, reserved: 3, available: 97, version: 4 }] });

export const PutStock = z
  .strictObject({ onHand: z.int().min(0).max(MOST_UNITS) })
  .meta({ id: 'PutStock', examples: [{ onHand: 100 }] });

export const Adjustment = z
  .strictObject({
    delta: z.int().min(-MOST_UNITS).max(MOST_UNITS),
    reason: z.string().min(1).max(200),
  })
  .meta({ id: 'StockAdjustment', examples: [{ delta: -2, reason: 'damaged' }] });

/** Wide on purpose: an item that cannot be is refused by itself, in its outcome, and does not fail its neighbours. */
export const PutStocks = z
  .strictObject({
    items: z
      .array(z.strictObject({ sku: z.string().trim(), onHand: z.number() }))
      .min(1)
      .max(500),
    ifAbsent: z
      .boolean()
      .default(false)
      .meta({ description: 'Only for SKUs without stock yet; the others stay as they are.' }),
  })
  .meta({ id: 'PutStocks', examples: [{ items: [{ sku: 'TEE-BLACK-M', onHand: 100 }], ifAbsent: true }] });

export const StockOutcomes = z
  .object({
    items: z.array(
      z.object({
        sku: z.string(),
        outcome: z.enum(['created', 'updated', 'unchanged', 'refused']),
        reason: z.string().optional().meta({ description: 'Why it was refused.' }),
      }),
    ),
  })
  .meta({ id: 'StockOutcomes', examples: [{ items: [{ sku: 'TEE-BLACK-M', outcome: 'created' }] }] });

export const LedgerEntry = z
  .object({
    id: z.string(),
    delta: z.int(),
    reason: z.string().meta({ description: '`counted`, `sold`, `returned`, or the words of whoever adjusted.' }),
    orderId: z.uuid().optional(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'LedgerEntry' });

export const Ledger = listOf(LedgerEntry, 'Ledger');

const units = z.int();
export const StockList = listOf(
  Stock.extend({
    ledger: z
      .object({ counted: units, sold: units, returned: units, adjusted: units })
      .meta({ description: 'Units that came (or left, below 0) by reason. They sum to what is on hand.' }),
  }).meta({ id: 'StockWithLedger', examples: [] }),
  'StockList',
);

const Skus = z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(Sku).min(1).max(100));

export const StockQuery = z.object({ ...PageQuery, sku: Skus.optional() });
export const LedgerQuery = z.object(PageQuery);

export const Availability = z
  .object({ items: z.array(z.object({ sku: z.string(), available: z.int() })) })
  .meta({ id: 'Availability', examples: [{ items: [{ sku: 'TEE-BLACK-M', available: 97 }] }] });

export const AvailabilityQuery = z.object({ sku: Skus });
