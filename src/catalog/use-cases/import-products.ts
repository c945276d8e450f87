import type { Transaction } from '#libs/database';
import { Sku } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Price, Slug, text, Title } from '../contract/index.js';
import { type ImportItem, type ImportOutcome, planImport, type UnreadableItem } from '../domain/plan-import.js';
import { ProductStore } from '../store/product-store.js';

export const ImportRow = z
  .strictObject({
    sku: Sku,
    title: Title,
    price: Price,
    description: text(10_000).optional(),
    categories: z.array(Slug).max(20).optional(),
  })
  .meta({
    id: 'ImportItem',
    examples: [{ sku: '85123A', title: 'White hanging heart', price: { amount: 255, currency: 'GBP' } }],
  });

const SKU_TAKEN_MEANWHILE = 'Another request made a product with this SKU at the same moment. Send it again.';

/** Brings in products row by row, each with one variant, in a few statements for all: done twice it changes nothing. */
@Injectable()
export class ImportProducts {
  constructor(private readonly products: ProductStore) {}

  /** Answers one outcome a row, in order. A row that cannot be is refused with its reason; its neighbours are not. */
  async import(tx: Transaction, rows: readonly unknown[]): Promise<ImportOutcome[]> {
    const items = rows.map(read);
    await this.products.lockImports(tx);
    const skus = items.flatMap((item) => ('reason' in item ? [] : [item.sku])); // what cannot be read may hold anything
    const known = await this.products.lockBySku(tx, skus);
    const { outcomes, added, changed } = planImport(items, known);
    const taken = await this.products.save(tx, { added, changed });
    return outcomes.map((outcome) =>
      taken.has(outcome.sku) ? { sku: outcome.sku, outcome: 'refused', reason: SKU_TAKEN_MEANWHILE } : outcome,
    );
  }
}

function read(row: unknown): ImportItem | UnreadableItem {
  const { success, data, error } = ImportRow.safeParse(row);
  if (success) return { ...data, categories: data.categories && [...new Set(data.categories)] };
  const sku = (row as { sku?: unknown } | null)?.sku;
  const faults = error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message));
  return { sku: typeof sku === 'string' ? sku : '', reason: faults.join('; ') };
}
