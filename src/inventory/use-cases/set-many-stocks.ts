import type { Transaction } from '#libs/database';
import { Injectable } from '@nestjs/common';
import { applyCounts, type Count, type CountOutcome, faultOf } from '../domain/apply-counts.js';
import { changeStock, enterLedger, insertStock, lockStock } from '../store/stock-store.js';

/** Sets what is on hand of many SKUs in a few statements for all. One that is refused does not fail the others. */
@Injectable()
export class SetManyStocks {
  async set(tx: Transaction, counts: readonly Count[], ifAbsent: boolean): Promise<CountOutcome[]> {
    const skus = new Set(counts.filter((count) => !faultOf(count)).map(({ sku }) => sku));
    const created = await insertStock(tx, skus);
    const stock = await lockStock(tx, skus);
    const { outcomes, changes } = applyCounts(counts, stock, created, ifAbsent);
    for (const [sku, delta] of changes) if (delta === 0) changes.delete(sku);
    await changeStock(tx, new Map(), changes);
    await enterLedger(
      tx,
      [...changes].map(([sku, delta]) => ({ sku, delta, reason: 'counted' })),
    );
    return outcomes;
  }
}
