import { Counter } from './command.js';
import type { components } from '../support/api-types.js';
import type { ShopClient } from './shop-client.js';

export type Order = components['schemas']['Order'];
/** How the shop's own books, read by API, keep a SKU: units, all of the same moment. */
export type SkuBooks = components['schemas']['StockWithLedger'];

/** SKUs asked for at once, as many as the API takes. */
export const SKUS_AT_ONCE = 100;

const NO_STOCK = {
  onHand: 0,
  reserved: 0,
  available: 0,
  version: 0,
  ledger: { counted: 0, sold: 0, returned: 0, adjusted: 0 },
};

/** All pages of a list, one item at a time. */
export async function* list<T>(shop: ShopClient, path: string): AsyncGenerator<T> {
  const start = `${path}${path.includes('?') ? '&' : '?'}limit=100`;
  for (let cursor: string | null = ''; cursor !== null;) {
    const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { items: T[]; next: string | null } = await shop.must({ path: start + more });
    yield* page.items;
    cursor = page.next;
  }
}

/** A SKU without stock counts as one with none. */
export async function booksOf(shop: ShopClient, skus: readonly string[]): Promise<SkuBooks[]> {
  const query = skus.map((sku) => `sku=${encodeURIComponent(sku)}`).join('&');
  const { items } = await shop.must<{ items: SkuBooks[] }>({ path: `/v1/stock?limit=${SKUS_AT_ONCE}&${query}` });
  const found = new Map(items.map((books) => [books.sku, books]));
  return skus.map((sku) => found.get(sku) ?? { ...NO_STOCK, sku });
}

/** Units of SKUs in the orders of the whole shop, whoever placed them: the stock knows no difference either. */
export class OrderedUnits {
  readonly confirmed = new Counter();
  readonly pending = new Counter();

  add(order: Order): void {
    const counter = { confirmed: this.confirmed, fulfilled: this.confirmed, pending: this.pending }[
      order.status as string
    ];
    for (const { sku, quantity } of order.lines) counter?.add(sku, quantity);
  }
}

/** Units left the stock: as many as confirmed orders have, no more, no fewer; and the ledger tells of every one. */
export function stockDifferences(books: readonly SkuBooks[], ordered: OrderedUnits): string[] {
  return books.flatMap(({ sku, onHand, reserved, ledger }) => {
    const found: string[] = [];
    const confirmed = ordered.confirmed.of(sku);
    const left = 0 - ledger.sold - ledger.returned;
    const sum = ledger.counted + ledger.sold + ledger.returned + ledger.adjusted;
    if (left !== confirmed) found.push(`${sku}: ${confirmed} units in confirmed orders, but ${left} left the stock`);
    if (sum !== onHand) found.push(`${sku}: ${onHand} units on hand, but its ledger sums to ${sum}`);
    if (reserved > ordered.pending.of(sku)) {
      found.push(`${sku}: ${reserved} units reserved, but ${ordered.pending.of(sku)} in pending orders`);
    }
    return found;
  });
}
