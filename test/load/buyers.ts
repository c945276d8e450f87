import { randomUUID } from 'node:crypto';
import type { Order } from './books.js';
import type { ShopClient } from './shop-client.js';

/** What one buyer saw. Times in ms since the doors opened. */
export interface Purchase {
  orderId?: string;
  status?: Order['status'];
  reason?: string;
  placedAfter?: number;
  knownAfter?: number;
  retries: number;
  /** Why the buyer never knew. */
  error?: string;
}

type PlacedOrder = Order & { orderToken?: string; detail?: string };

const DEADLINE_MS = 120_000;
const WAIT = { prefer: 'wait=30' };

export const order = (sku: string, email: string) => ({
  email,
  lines: [{ sku, quantity: 1 }],
  payment: { method: 'test' },
});

/** All buyers at once, each on a connection of its own. */
export async function openTheDoors(shop: ShopClient, sku: string, buyers: number): Promise<Purchase[]> {
  const opened = performance.now();
  return Promise.all(Array.from({ length: buyers }, (_, number) => buy(shop, sku, number, opened)));
}

/** Orders, retrying with the same key, and then waits until the order has left `pending`. */
async function buy(shop: ShopClient, sku: string, number: number, opened: number): Promise<Purchase> {
  const purchase: Purchase = { retries: 0 };
  const onRetry = () => void (purchase.retries += 1);
  try {
    const placing = { path: '/v1/orders', key: randomUUID(), token: '', onRetry };
    const body = order(sku, `buyer-${number}@${sku.toLowerCase()}.example`);
    const placed = await shop.send<PlacedOrder>({ ...placing, body }, DEADLINE_MS);
    purchase.placedAfter = performance.now() - opened;
    if (placed.status !== 201) return { ...purchase, error: `${placed.status} ${placed.body.detail ?? ''}` };
    let known: Order = placed.body;
    purchase.orderId = known.id;
    const reading = { path: `/v1/orders/${known.id}`, token: placed.body.orderToken, headers: WAIT, onRetry };
    while (known.status === 'pending' && performance.now() - opened < DEADLINE_MS) {
      const { status, body } = await shop.send<PlacedOrder>(reading, DEADLINE_MS);
      if (status !== 200) return { ...purchase, error: `${status} ${body.detail ?? ''}` };
      known = body;
    }
    if (known.status === 'pending') return { ...purchase, error: 'still pending' };
    return { ...purchase, status: known.status, reason: known.reason, knownAfter: performance.now() - opened };
  } catch (error) {
    return { ...purchase, error: error instanceof Error ? error.message : String(error) };
  }
}

/** One order after the other, each answered when it is confirmed (`Prefer: wait=5`). Answers the ms of each. */
export async function oneByOne(shop: ShopClient, sku: string, times: number): Promise<number[]> {
  const samples: number[] = [];
  for (let number = 0; number < times; number++) {
    const started = performance.now();
    const call = { path: '/v1/orders', key: `${sku}-${number}`, token: '', headers: { prefer: 'wait=5' } };
    const { body } = await shop.send<PlacedOrder>({ ...call, body: order(sku, 'one@drop.example') });
    if (body.status === 'confirmed') samples.push(performance.now() - started);
  }
  return samples;
}
