import type { Transaction } from '#libs/database';
import { httpError } from '#libs/http';
import { notFound } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import type { Product } from '../contract/index.js';
import { patched, type ProductPatch } from '../domain/product.js';
import { ProductStore } from '../store/product-store.js';
import { skuTaken } from './create-product.js';

/**
 * Changes and removes products. Of two editors who start from the same version one wins; the other gets a 412. Without a
 * version any will do.
 */
@Injectable()
export class ChangeProduct {
  constructor(private readonly products: ProductStore) {}

  /** Throws `catalog.not-found`, `http.precondition-failed`, `catalog.sku-taken`, `catalog.slug-taken`. */
  async change(tx: Transaction, id: string, patch: ProductPatch, version: number | undefined): Promise<Product> {
    const before = await this.lock(tx, id, version);
    const after = patched(before, patch);
    const taken = await this.products.save(tx, { changed: [after] });
    if (taken.size > 0) throw skuTaken(taken);
    return (await this.products.lock(tx, id)) as Product;
  }

  /** For good. Orders keep the titles and prices they were placed with. */
  async remove(tx: Transaction, id: string, version: number | undefined): Promise<void> {
    await this.lock(tx, id, version);
    await this.products.remove(tx, id);
  }

  private async lock(tx: Transaction, id: string, version: number | undefined): Promise<Product> {
    const product = await this.products.lock(tx, id);
    if (!product) throw productNotFound();
    if (version !== undefined && version !== product.version) throw httpError('http.precondition-failed');
    return product;
  }
}

export const productNotFound = () => notFound('catalog.not-found', 'Product not found');
