import { setTimeout as sleep } from 'node:timers/promises';
import { booksOf, list, type Order, OrderedUnits, stockDifferences } from './books.js';
import type { Purchase } from './buyers.js';
import { Counter } from './command.js';
import type { ShopClient } from './shop-client.js';

export interface Audit {
  sold: number;
  left: number;
  /** Units oversold, lost or sold twice, and buyers who were told something else than the books say. */
  differences: string[];
}

const PATIENCE_MS = 30_000;

/** Holds what the buyers saw against the shop's books. Units leave the stock a moment after a confirmation: it waits. */
export async function auditDrop(
  shop: ShopClient,
  sku: string,
  units: number,
  purchases: readonly Purchase[],
): Promise<Audit> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const audit = await look(shop, sku, units, purchases);
    if (audit.differences.length === 0 || Date.now() > end) return audit;
    await sleep(250);
  }
}

async function look(shop: ShopClient, sku: string, units: number, purchases: readonly Purchase[]): Promise<Audit> {
  const ordered = new OrderedUnits();
  const orders = new Map<string, Order>();
  for await (const order of list<Order>(shop, `/v1/orders?sku=${sku}`)) {
    orders.set(order.id, order);
    ordered.add(order);
  }
  const takes = new Counter();
  for await (const entry of list<{ orderId?: string }>(shop, `/v1/stock/${sku}/adjustments`)) {
    if (entry.orderId !== undefined) takes.add(entry.orderId);
  }
  const [books] = await booksOf(shop, [sku]);
  const left = books?.onHand ?? 0;
  const sold = ordered.confirmed.of(sku);
  const differences = stockDifferences(books ? [books] : [], ordered);
  if (sold > units) differences.push(`oversold: ${sold} units sold of ${units}`);
  if (sold + left !== units) differences.push(`${sold} units sold and ${left} left do not make ${units}`);
  if (left > 0 && purchases.some(({ reason }) => reason === 'out-of-stock')) {
    differences.push(`lost: ${left} units are left, though buyers were told that there are none`);
  }
  for (const { orderId, status } of purchases) {
    const order = orderId === undefined ? undefined : orders.get(orderId);
    if (orderId !== undefined && !order) differences.push(`the order ${orderId} is gone`);
    if (status !== undefined && order?.status !== status) {
      differences.push(`a buyer was told ${status}, but the order ${orderId} is ${order?.status}`);
    }
  }
  for (const { id, status } of orders.values()) {
    const due = status === 'confirmed' ? 1 : 0;
    if (takes.of(id) !== due) differences.push(`the order ${id}, ${status}, took from the stock ${takes.of(id)} times`);
  }
  const placed = new Set(purchases.map(({ orderId }) => orderId));
  for (const id of orders.keys()) if (!placed.has(id)) differences.push(`the order ${id} is nobody's`);
  return { sold, left, differences };
}
