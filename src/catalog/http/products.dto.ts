import { Id, listOf, PageQuery } from '#libs/http';
import { z } from 'zod';
import { isId, Sku } from '#libs/kernel';
import { Attributes, line, Price, Product, ProductStatus, Slug, text, Title } from '../contract/index.js';
import { SORTS } from '../store/product-list.js';
import { ImportRow } from '../use-cases/import-products.js';

const MOST_IMPORTED = 500;

const Description = text(10_000);
const Categories = z
  .array(Slug)
  .max(20)
  .meta({ examples: [['shirts']] });
const OwnSlug = Slug.refine((slug) => !isId(slug), 'Use a slug that does not look like an id.').meta({
  description: 'Made from the title where it is absent.',
});

const VariantBody = z
  .strictObject({
    id: Id.optional().meta({ description: 'A variant that is there already; without it the SKU tells.' }),
    sku: Sku,
    title: line(200).optional(),
    price: Price,
    attributes: Attributes.optional(),
  })
  .meta({
    id: 'VariantBody',
    examples: [{ sku: 'TEE-BLACK-M', title: 'M', price: { amount: 1299, currency: 'GBP' } }],
  });

const Variants = z
  .array(VariantBody)
  .min(1)
  .max(100)
  .refine((variants) => isUnique(variants.map(({ sku }) => sku)), 'Name each SKU once.')
  .refine((variants) => isUnique(variants.flatMap(({ id }) => id ?? [])), 'Name each variant once.');

export const ProductBody = z
  .strictObject({
    slug: OwnSlug.optional(),
    title: Title,
    description: Description.optional(),
    status: ProductStatus.optional(),
    categories: Categories.optional(),
    variants: Variants,
  })
  .meta({
    id: 'ProductBody',
    examples: [
      {
        title: 'Black tee',
        categories: ['shirts'],
        variants: [{ sku: 'TEE-BLACK-M', title: 'M', price: { amount: 1299, currency: 'GBP' } }],
      },
    ],
  });

export const PatchBody = z
  .strictObject({
    slug: OwnSlug.optional(),
    title: Title.optional(),
    description: Description.nullable().optional(),
    status: ProductStatus.optional(),
    categories: Categories.nullable().optional(),
    variants: Variants.optional(),
  })
  .meta({
    id: 'ProductPatch',
    description: 'A JSON merge patch (RFC 7396): what is absent stays, null removes, a list is replaced whole.',
    examples: [{ title: 'Black tee, heavy', description: null }],
  });

export const ImportBody = z
  .strictObject({
    // A row that does not fit passes here as it is, and is then refused by itself.
    items: z
      .array(ImportRow.catch((row) => row?.value as never)) // zod asks without a row, to document it
      .min(1)
      .max(MOST_IMPORTED),
  })
  .meta({
    id: 'ImportProducts',
    examples: [{ items: [{ sku: '85123A', title: 'White hanging heart', price: { amount: 255, currency: 'GBP' } }] }],
  });

export const ImportOutcomes = z
  .object({
    items: z.array(
      z.object({
        sku: z.string().meta({ description: 'Empty where the item has none.' }),
        outcome: z.enum(['created', 'updated', 'unchanged', 'refused']),
        reason: z.string().optional().meta({ description: 'Why it was refused.' }),
      }),
    ),
  })
  .meta({ id: 'ImportOutcomes', examples: [{ items: [{ sku: '85123A', outcome: 'created' }] }] });

export const ProductsQuery = z.object({
  ...PageQuery,
  q: z.string().max(200).optional().meta({ description: 'Words, each as it is, begun, or with a typo.' }),
  category: Slug.optional(),
  sku: Sku.optional(),
  status: ProductStatus.optional().meta({
    description: 'Others than `active` for staff only, who see all without it.',
  }),
  sort: z
    .enum(SORTS)
    .optional()
    .meta({ description: 'By relevance where there is a q, else by title. By price is by the cheapest variant.' }),
});

export const ProductPage = listOf(Product, 'ProductList');

export const CategoriesQuery = z.object(PageQuery);

export const Category = z
  .object({
    slug: Slug,
    title: z.string().meta({ examples: ['Gift cards'] }),
    products: z.int().meta({ description: 'Products on sale in it.' }),
  })
  .meta({ id: 'Category', examples: [{ slug: 'gift-cards', title: 'Gift cards', products: 3 }] });

export const CategoryPage = listOf(Category, 'CategoryList');

const isUnique = (values: readonly string[]) => new Set(values).size === values.length;
