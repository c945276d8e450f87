import { AppError, type Money, newId } from '#libs/kernel';
import type { ProductStatus, Variant } from '../contract/index.js';

/** All of a product that people write; the rest (version, times) is kept by the store. */
export interface ProductContent {
  id: string;
  slug: string;
  title: string;
  description: string;
  status: ProductStatus;
  categories: readonly string[];
  variants: readonly Variant[];
}

/** A product that is not there yet. A slug made by us gives way to one that is taken; a given one is refused. */
export interface NewProduct extends ProductContent {
  slugIsDerived: boolean;
}

/** A variant as it is sent: `id` names one that is there, else its SKU does. */
export interface VariantDraft {
  id?: string;
  sku: string;
  title?: string;
  price: Money;
  attributes?: Record<string, string>;
}

export interface ProductDraft {
  slug?: string;
  title: string;
  description?: string;
  status?: ProductStatus;
  categories?: readonly string[];
  variants: readonly VariantDraft[];
}

/** A JSON merge patch (RFC 7396) of a product: what is absent stays, null removes, a list is replaced whole. */
export type ProductPatch = Partial<Omit<ProductDraft, 'description' | 'categories'>> & {
  description?: string | null;
  categories?: readonly string[] | null;
};

/** What a product lists at: its cheapest variant, in minor units. */
export function lowestAmount({ variants }: Pick<ProductContent, 'variants'>): number {
  return Math.min(...variants.map(({ price }) => price.amount));
}

/** A product as drafted. Its variants keep the ids they have among `present`. */
export function contentOf(
  id: string,
  draft: ProductDraft & { slug: string },
  present: readonly Variant[] = [],
): ProductContent {
  const { slug, title, description = '', status = 'active', categories = [], variants } = draft;
  return {
    ...{ id, slug, title, description, status },
    categories: [...new Set(categories)],
    variants: variants.map((variant, index) => variantOf(variant, index, present)),
  };
}

export function patched(product: ProductContent, patch: ProductPatch): ProductContent {
  const { id, slug, title, description, status, categories, variants } = product;
  const after = { slug, title, description, status, categories, variants, ...patch };
  const removed = { description: after.description ?? undefined, categories: after.categories ?? undefined };
  return contentOf(id, { ...after, ...removed }, variants);
}

/** Throws `catalog.unknown-variant` where the draft names an id that the product does not have. */
function variantOf(draft: VariantDraft, index: number, present: readonly Variant[]): Variant {
  const { id: given, sku, title = '', price, attributes = {} } = draft;
  const same = present.find((variant) => (given === undefined ? variant.sku === sku : variant.id === given));
  if (given !== undefined && !same) {
    const detail = 'This product has no variant with that id. Leave the id out to add one.';
    throw new AppError('catalog.unknown-variant', detail, {
      errors: [{ pointer: `/variants/${index}/id`, message: detail }],
    });
  }
  return { id: same?.id ?? newId(), sku, title, price, attributes };
}
