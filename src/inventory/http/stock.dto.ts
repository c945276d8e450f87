import { z } from 'zod';

export const Sku = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\x00-\x1f\x7f]+$/, 'Use printable characters.') // eslint-disable-line no-control-regex -- that is the rule
  .meta({ examples: ['TEE-BLACK-M'] });

export const Stock = z
  .object({ sku: Sku, onHand: z.int(), reserved: z.int(), available: z.int(), version: z.int() })
  .meta({ id: 'Stock', examples: [{ sku: 'TEE-BLACK-M', onHand: 100, reserved: 3, available: 97, version: 4 }] });

export const PutStock = z
  .strictObject({ onHand: z.int().min(0).max(1_000_000_000) })
  .meta({ id: 'PutStock', examples: [{ onHand: 100 }] });

export const Adjustment = z
  .strictObject({
    delta: z.int().min(-1_000_000_000).max(1_000_000_000),
    reason: z.string().min(1).max(200),
  })
  .meta({ id: 'StockAdjustment', examples: [{ delta: -2, reason: 'damaged' }] });

export const Availability = z
  .object({ items: z.array(z.object({ sku: z.string(), available: z.int() })) })
  .meta({ id: 'Availability', examples: [{ items: [{ sku: 'TEE-BLACK-M', available: 97 }] }] });

export const AvailabilityQuery = z.object({
  sku: z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(Sku).min(1).max(100)),
});
