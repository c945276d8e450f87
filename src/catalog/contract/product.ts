import { Money, Sku } from '#libs/kernel';
import { z } from 'zod';

// Patterns that need no `u` flag: the OpenAPI document repeats them to validators that know none.
const ONE_LINE = /^[^\x00-\x1f\x7f]*$/;
const SEVERAL_LINES = /^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$/;
const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** Text for people, up to `max` characters. */
export const line = (max: number) => printable(ONE_LINE, max);
export const text = (max: number) => printable(SEVERAL_LINES, max);

/** Something that can be seen: neither blanks alone nor characters that show nothing. */
const VISIBLE = /(?!\p{Default_Ignorable_Code_Point}|\u2800)[\p{L}\p{N}\p{P}\p{S}]/u;

/** A product's title; space around it is left out. */
export const Title = line(200)
  .trim()
  .refine((title) => VISIBLE.test(title), 'Give it a title that can be seen.')
  .meta({ minLength: 1, examples: ['Black tee'] });

/** Half of a surrogate pair is no character, and Postgres refuses it. */
function printable(pattern: RegExp, max: number) {
  const message = 'Use printable characters.';
  return z
    .string()
    .max(max)
    .regex(pattern, message)
    .refine((value) => !/\p{Cs}/u.test(value), message);
}

export const Slug = z
  .string()
  .max(80)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Use lower-case letters and digits with single hyphens, such as black-tee.')
  .meta({ examples: ['black-tee'] });

export const Price = Money.extend({
  amount: Money.shape.amount.min(0).max(999_999_999_999),
  currency: Money.shape.currency.refine((code) => CURRENCIES.has(code), 'Use an ISO 4217 code such as GBP.'),
}).meta({ id: 'Price', examples: [{ amount: 1299, currency: 'GBP' }] });

export const ProductStatus = z
  .enum(['draft', 'active', 'archived'])
  .meta({ description: 'Only active ones are on sale.' });
export type ProductStatus = z.infer<typeof ProductStatus>;

export const Attributes = z
  .record(line(64).min(1), line(200))
  .refine((attributes) => Object.keys(attributes).length <= 50, 'Use at most 50 attributes.')
  .meta({ examples: [{ size: 'M', colour: 'black' }] });

export const Variant = z
  .object({
    id: z.uuid(),
    sku: Sku,
    title: z.string().meta({ examples: ['M'] }),
    price: Price,
    attributes: Attributes,
  })
  .meta({ id: 'Variant' });
export type Variant = z.infer<typeof Variant>;

export const Product = z
  .object({
    id: z.uuid(),
    slug: Slug,
    title: z.string().meta({ examples: ['Black tee'] }),
    description: z.string(),
    status: ProductStatus,
    categories: z.array(Slug),
    variants: z.array(Variant),
    version: z.int().meta({ description: 'Grows with every change; the ETag is this number in quotes.' }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Product' });
export type Product = z.infer<typeof Product>;
