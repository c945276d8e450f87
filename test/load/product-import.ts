import { Counter } from './command.js';
import { cell, type Row } from './csv-rows.js';
import { type Decimal, minorUnits } from './price.js';
import type { Rejects } from './rejects.js';
import type { ShopClient } from './shop-client.js';

export type ProductColumns = Record<'sku' | 'title' | 'price' | 'description' | 'categories', string>;

interface Entry {
  row: Row;
  sku: string;
  title: string;
  amount: number;
}

interface Outcome {
  sku: string;
  outcome: 'created' | 'updated' | 'unchanged' | 'refused';
  reason?: string;
}

const MOST_ITEMS = 500;
/** Below the server's limit of 1 MB a body, at 4 bytes a character. */
const MOST_CHARACTERS = 220_000;
const FRAME_CHARACTERS = 150;
/** Products held back at once. It bounds the memory, whatever the size of the files. */
const MOST_HELD = 20_000;

/**
 * Rows into products. A product is held back and written once, with the last price and title seen: a second run then
 * changes nothing on the way. Where there are more products than may be held, those not seen for longest are written.
 */
export class ProductImport {
  /** One outcome a row. */
  readonly rows = new Counter();
  readonly stocks = new Counter();
  private readonly held = new Map<string, Entry>();

  constructor(
    private readonly shop: ShopClient,
    private readonly rejects: Rejects,
    private readonly options: {
      columns: ProductColumns;
      currency: string;
      digits: number;
      decimal: Decimal;
      stock?: number;
    },
  ) {}

  get waiting(): number {
    return this.held.size;
  }

  async add(row: Row): Promise<void> {
    const { columns, digits, decimal } = this.options;
    const sku = cell(row, columns.sku);
    const amount = minorUnits(cell(row, columns.price), digits, decimal);
    if (row.fault !== undefined) return this.refuse(row, row.fault);
    if (sku === '') return this.refuse(row, 'no SKU');
    if (typeof amount !== 'number') return this.refuse(row, amount.reason);
    const earlier = this.held.get(sku);
    if (earlier) this.rows.add('superseded by a later row of the SKU');
    this.held.delete(sku); // to the end of the line
    this.held.set(sku, { row, sku, amount, title: cell(row, columns.title) || (earlier?.title ?? '') });
    if (this.held.size > MOST_HELD) await this.write();
  }

  /** Writes the products not seen for longest, one batch of them. */
  async write(): Promise<void> {
    const batch = this.take();
    const items = await Promise.all(batch.map((entry) => this.item(entry)));
    const { items: outcomes } = await this.shop.once<{ items: Outcome[] }>('/v1/products/batch', { items });
    for (const [at, { outcome, reason = '' }] of outcomes.entries()) {
      const { row } = batch[at] as Entry;
      if (outcome === 'refused') await this.refuse(row, reason);
      else this.rows.add(outcome);
    }
    await this.stock(outcomes.filter(({ outcome }) => outcome !== 'refused'));
  }

  private take(): Entry[] {
    const batch: Entry[] = [];
    let characters = 0;
    for (const entry of this.held.values()) {
      characters += FRAME_CHARACTERS + entry.title.length + entry.row.fields.join('').length;
      if (batch.length === MOST_ITEMS || (characters > MOST_CHARACTERS && batch.length > 0)) break;
      batch.push(entry);
    }
    for (const { sku } of batch) this.held.delete(sku);
    return batch;
  }

  /** What is on hand is set where a SKU has no stock yet: a second run must not put back what was sold. */
  private async stock(outcomes: readonly Outcome[]): Promise<void> {
    const { stock: onHand } = this.options;
    if (onHand === undefined || outcomes.length === 0) return;
    const items = outcomes.map(({ sku }) => ({ sku, onHand }));
    const answer = await this.shop.once<{ items: Outcome[] }>('/v1/stock/batch', { items, ifAbsent: true });
    for (const { outcome } of answer.items) this.stocks.add(outcome === 'unchanged' ? 'kept' : outcome);
  }

  private async item({ row, sku, title, amount }: Entry) {
    const { columns, currency } = this.options;
    const description = cell(row, columns.description);
    const categories = cell(row, columns.categories).split(/[;|]/).map(slugOf).filter(Boolean);
    return {
      sku,
      title: title || (await this.knownTitle(sku)) || sku,
      price: { amount, currency },
      ...(description && { description }),
      ...(categories.length > 0 && { categories }),
    };
  }

  /** A row without a title must not wipe the one that the product has. */
  private async knownTitle(sku: string): Promise<string | undefined> {
    const { status, body } = await this.shop.send<{ items: { title: string }[] }>({
      path: `/v1/products?limit=1&sku=${encodeURIComponent(sku)}`,
    });
    return status === 200 ? body.items[0]?.title : undefined; // an impossible SKU is refused where it is sent
  }

  private async refuse(row: Row, reason: string): Promise<void> {
    this.rows.add('refused');
    await this.rejects.add(row, reason);
  }
}

function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
