import { constraintOf, Database, type Transaction } from '#libs/database';
import { AppError, conflict, notFound } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { MOST_UNITS } from '../domain/apply-counts.js';
import { enterLedger, insertStock, lockStock, type StockRow } from '../store/stock-store.js';

export interface Stock {
  sku: string;
  onHand: number;
  reserved: number;
  available: number;
  version: number;
}

/** Reads and sets what is on hand, by staff. Refused below what is reserved. */
@Injectable()
export class SetStock {
  constructor(private readonly database: Database) {}

  async get(sku: string): Promise<Stock> {
    const [row] = await this.database.query<StockRow>('SELECT * FROM inventory.stock WHERE sku = $1', [sku]);
    if (!row) throw unknownSku();
    return view(row);
  }

  /** `version`, where given, must be the current one (412 otherwise). */
  async put(tx: Transaction, sku: string, onHand: number, version?: number): Promise<Stock> {
    await insertStock(tx, [sku]);
    const row = (await lockStock(tx, [sku])).get(sku) as StockRow;
    if (version !== undefined && version !== row.version) {
      throw new AppError('inventory.version-mismatch', 'The stock has changed since. Read it again.', { status: 412 });
    }
    return this.change(tx, row, onHand - row.on_hand, 'counted');
  }

  async adjust(tx: Transaction, sku: string, delta: number, reason: string): Promise<Stock> {
    const row = (await lockStock(tx, [sku])).get(sku);
    if (!row) throw unknownSku();
    return this.change(tx, row, delta, reason);
  }

  private async change(tx: Transaction, row: StockRow, delta: number, reason: string): Promise<Stock> {
    if (row.on_hand + delta > MOST_UNITS) throw tooMany(row.sku);
    try {
      const [changed] = await tx.query<StockRow>(
        'UPDATE inventory.stock SET on_hand = on_hand + $2, version = version + 1 WHERE sku = $1 RETURNING *',
        [row.sku, delta],
      );
      if (delta !== 0) await enterLedger(tx, [{ sku: row.sku, delta, reason }]);
      return view(changed as StockRow);
    } catch (error) {
      if (!constraintOf(error)) throw error;
      throw conflict(
        'inventory.below-reserved',
        `${row.reserved} units of ${row.sku} are reserved; on hand cannot go below.`,
      );
    }
  }
}

function view({ sku, on_hand: onHand, reserved, version }: StockRow): Stock {
  return { sku, onHand, reserved, available: onHand - reserved, version };
}

function unknownSku() {
  return notFound('inventory.not-found', 'Stock not found');
}

function tooMany(sku: string) {
  return new AppError('inventory.too-many-units', `${sku} would have more than ${MOST_UNITS} units on hand.`);
}
