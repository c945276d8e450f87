import { isDeepStrictEqual } from 'node:util';
import { type Money, newId } from '#libs/kernel';
import type { NewProduct, ProductContent } from './product.js';
import { slugOf } from './slug.js';

/** One row of an import: a product with one variant. What it does not name stays as it is. */
export interface ImportItem {
  sku: string;
  title: string;
  price: Money;
  description?: string;
  categories?: readonly string[];
}

/** A row that cannot be read, and why. */
export interface UnreadableItem {
  sku: string;
  reason: string;
}

export interface ImportOutcome {
  /** Empty where the row has none. */
  sku: string;
  outcome: 'created' | 'updated' | 'unchanged' | 'refused';
  reason?: string;
}

export interface ImportPlan {
  /** One a row, in order. */
  outcomes: ImportOutcome[];
  added: NewProduct[];
  changed: ProductContent[];
}

/**
 * What becomes of each row, as if they were imported one after the other; each product is then written once, in its
 * last state. `known` holds the products that have the rows' SKUs, by SKU.
 */
export function planImport(
  items: readonly (ImportItem | UnreadableItem)[],
  known: ReadonlyMap<string, ProductContent>,
): ImportPlan {
  const now = new Map<string, ProductContent>(known);
  const outcomes = items.map((item): ImportOutcome => {
    const { sku } = item;
    if ('reason' in item) return { sku, outcome: 'refused', reason: item.reason };
    const before = now.get(sku);
    if (before && before.variants.length > 1) {
      const reason = `The product "${before.slug}" has several variants. Change it by PATCH /v1/products/${before.id}.`;
      return { sku, outcome: 'refused', reason };
    }
    const after = before ? changedBy(item, before) : madeFrom(item);
    now.set(sku, after);
    if (!before) return { sku, outcome: 'created' };
    return { sku, outcome: isDeepStrictEqual(before, after) ? 'unchanged' : 'updated' };
  });
  const written = [...now].filter(([sku, product]) => !isDeepStrictEqual(product, known.get(sku)));
  return {
    outcomes,
    added: written.flatMap(([sku, product]) => (known.has(sku) ? [] : [{ ...product, slugIsDerived: true }])),
    changed: written.flatMap(([sku, product]) => (known.has(sku) ? [product] : [])),
  };
}

function madeFrom({ sku, title, price, description = '', categories = [] }: ImportItem): ProductContent {
  const variants = [{ id: newId(), sku, title: '', price, attributes: {} }];
  return { id: newId(), slug: slugOf(`${title} ${sku}`), title, description, status: 'active', categories, variants };
}

function changedBy(item: ImportItem, before: ProductContent): ProductContent {
  return {
    ...before,
    title: item.title,
    description: item.description ?? before.description,
    categories: item.categories ?? before.categories,
    variants: before.variants.map((variant) => ({ ...variant, price: item.price })),
  };
}
