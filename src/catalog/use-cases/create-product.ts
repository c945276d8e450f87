import type { Transaction } from '#libs/database';
import { conflict, newId } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import type { Product } from '../contract/index.js';
import { contentOf, type ProductDraft } from '../domain/product.js';
import { slugOf } from '../domain/slug.js';
import { ProductStore } from '../store/product-store.js';

@Injectable()
export class CreateProduct {
  constructor(private readonly products: ProductStore) {}

  /** Throws `catalog.sku-taken` and, for a slug that was given, `catalog.slug-taken`. */
  async create(tx: Transaction, draft: ProductDraft): Promise<Product> {
    const id = newId();
    const content = contentOf(id, { ...draft, slug: draft.slug ?? slugOf(draft.title) });
    const taken = await this.products.save(tx, { added: [{ ...content, slugIsDerived: draft.slug === undefined }] });
    if (taken.size > 0) throw skuTaken(taken);
    return (await this.products.lock(tx, id)) as Product;
  }
}

export function skuTaken(skus: Iterable<string>) {
  const names = [...skus].slice(0, 5).map((sku) => `"${sku}"`);
  return conflict(
    'catalog.sku-taken',
    `Another product has the SKU ${names.join(', ')}. A SKU names one variant only.`,
  );
}
