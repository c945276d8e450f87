import { setTimeout as sleep } from 'node:timers/promises';
import type { Order } from './books.js';
import { inParallel } from './in-parallel.js';
import type { Invoice } from './invoices.js';
import type { ShopClient } from './shop-client.js';

/** What came of placing an invoice. */
export type Placed = { orderId: string; status: Order['status']; replayed: boolean } | { fault: string };

const IN_FLIGHT = 64;
const DEADLINE_MS = 120_000;

/** Yields each invoice when its time has come, `speed` times as fast as it was; at once with 0. */
async function* inTime(invoices: Iterable<Invoice>, speed: number): AsyncGenerator<Invoice> {
  const started = Date.now();
  let first: number | undefined;
  for (const invoice of invoices) {
    const { at = 0 } = invoice;
    first ??= at;
    const due = speed === 0 ? started : started + (at - first) / speed;
    if (due > Date.now()) await sleep(due - Date.now());
    yield invoice;
  }
}

/** Places every invoice as a guest's order; its number is the Idempotency-Key, so a second run places nothing new. */
export async function placeInvoices(
  shop: ShopClient,
  invoices: Iterable<Invoice>,
  speed: number,
  onPlaced: (invoice: Invoice, placed: Placed) => void,
): Promise<void> {
  await inParallel(inTime(invoices, speed), IN_FLIGHT, async (invoice) =>
    onPlaced(invoice, await place(shop, invoice)),
  );
}

async function place(shop: ShopClient, { number, email, lines }: Invoice): Promise<Placed> {
  const body = { email, lines, payment: { method: 'test' }, metadata: { invoice: number } };
  const call = { path: '/v1/orders', key: encodeURIComponent(number), token: '', headers: { prefer: 'wait=10' }, body };
  const { status, headers, body: order } = await shop.send<Order & { detail?: string }>(call, DEADLINE_MS);
  if (status !== 201) return { fault: `${status} ${order.detail ?? ''}`.trim() };
  return { orderId: order.id, status: order.status, replayed: headers['idempotent-replayed'] === 'true' };
}
