import { setTimeout as sleep } from 'node:timers/promises';
import { booksOf, list, type Order, OrderedUnits, SKUS_AT_ONCE, type SkuBooks, stockDifferences } from './books.js';
import { Counter, thousands } from './command.js';
import type { Invoice } from './invoices.js';
import type { Placed } from './place-invoices.js';
import { showProgress } from './progress.js';
import type { ShopClient } from './shop-client.js';

interface Notification {
  orderId: string;
  kind: string;
  status: string;
}

type Found = Pick<Order, 'id' | 'status' | 'reason' | 'number'> & { units: Counter };

/** What one look at the shop's books found. */
export interface Look {
  /** Invoices by what their order came to. */
  invoices: Counter;
  reasons: Counter;
  skus: number;
  units: number;
  emails: number;
  /** Grows while the shop works: e-mails begun and sent, orders that have ended, whoever placed them. */
  moved: number;
  differences: string[];
}

const PAUSE_MS = 500;
const LONGEST_MS = 900_000;

/**
 * Looks at the shop's books by API until they agree with the invoices. Stock and e-mails come after an order is
 * confirmed, and wait behind those of others: it looks again while anything in the shop still moves, and gives up when
 * nothing has for `patienceMs`, or after LONGEST_MS on a shop that never rests.
 */
export async function reconcile(
  shop: ShopClient,
  invoices: ReadonlyMap<string, Invoice>,
  placed: ReadonlyMap<string, Placed>,
  patienceMs: number,
): Promise<Look> {
  const end = Date.now() + LONGEST_MS;
  let giveUpAt = Date.now() + patienceMs;
  let fewest = Infinity;
  let furthest = -1;
  for (;;) {
    const look = await lookOnce(shop, invoices, placed);
    const { length } = look.differences;
    if (length < fewest || look.moved > furthest) giveUpAt = Date.now() + patienceMs;
    fewest = Math.min(fewest, length);
    furthest = Math.max(furthest, look.moved);
    if (length === 0 || Date.now() > Math.min(giveUpAt, end)) return look;
    await sleep(PAUSE_MS);
  }
}

async function lookOnce(
  shop: ShopClient,
  invoices: ReadonlyMap<string, Invoice>,
  placed: ReadonlyMap<string, Placed>,
): Promise<Look> {
  const skus = new Set([...invoices.values()].flatMap(({ lines }) => lines.map(({ sku }) => sku)));
  const ordered = new OrderedUnits();
  const found = new Map<string, Found[]>();
  const emails = new Map<string, Notification[]>();
  const books: SkuBooks[] = [];
  let read = 0;
  let moved = 0;
  const counts = () => `${thousands(read)} orders and e-mails read, ${thousands(books.length)} of ${skus.size} SKUs`;
  const progress = showProgress('reconciling', skus.size, counts);
  try {
    for await (const order of list<Order>(shop, '/v1/orders')) {
      read += 1;
      ordered.add(order);
      if (order.status !== 'pending') moved += 1;
      const { invoice } = order.metadata;
      if (invoice !== undefined && invoices.has(invoice)) add(found, invoice, summary(order));
    }
    for await (const email of list<Notification>(shop, '/v1/notifications')) {
      read += 1;
      moved += email.status === 'sent' ? 2 : 1;
      if (email.kind === 'order-confirmed') add(emails, email.orderId, email);
    }
    const wanted = [...skus];
    while (wanted.length > 0) {
      books.push(...(await booksOf(shop, wanted.splice(0, SKUS_AT_ONCE))));
      progress.update(skus.size - wanted.length);
    }
  } finally {
    progress.stop();
  }
  const outcomes = [...invoices.values()].map((invoice) =>
    judge(invoice, placed.get(invoice.number), found.get(invoice.number) ?? [], emails),
  );
  const look: Look = {
    invoices: new Counter(),
    reasons: new Counter(),
    skus: skus.size,
    units: [...skus].reduce((sum, sku) => sum + ordered.confirmed.of(sku), 0),
    emails: 0,
    moved,
    differences: [...outcomes.flatMap(({ differences }) => differences), ...stockDifferences(books, ordered)],
  };
  for (const { status, reason, sent } of outcomes) {
    look.invoices.add(status);
    if (reason !== undefined) look.reasons.add(reason);
    look.emails += sent;
  }
  return look;
}

/** One order for an invoice, with all of its units, at its end; one e-mail where it is confirmed. */
function judge(
  { number, lines }: Invoice,
  placed: Placed | undefined,
  orders: readonly Found[],
  emails: ReadonlyMap<string, readonly Notification[]>,
): { status: string; reason?: string; sent: number; differences: string[] } {
  const [order, ...others] = orders;
  if (!placed || 'fault' in placed) {
    const fault = `invoice ${number} was not placed: ${placed?.fault ?? 'no answer'}`;
    return { status: 'not placed', sent: 0, differences: [fault] };
  }
  if (!order)
    return { status: 'lost', sent: 0, differences: [`invoice ${number}: its order ${placed.orderId} is gone`] };
  const differences: string[] = [];
  const say = (what: string) => differences.push(`invoice ${number}: ${what}`);
  if (others.length > 0 || order.id !== placed.orderId) {
    say(`it has the orders ${orders.map(({ id }) => id).join(', ')}; ${placed.orderId} is the one that was placed`);
  }
  const wanted = new Counter();
  for (const { sku, quantity } of lines) wanted.add(sku, quantity);
  for (const sku of new Set(lines.map((line) => line.sku))) {
    if (order.units.of(sku) !== wanted.of(sku)) {
      say(`${wanted.of(sku)} units of ${sku}, but ${order.units.of(sku)} in its order`);
    }
  }
  if (order.units.total !== wanted.total) say(`${wanted.total} units, but ${order.units.total} in its order`);
  const status = order.status === 'fulfilled' ? 'confirmed' : order.status;
  if (status !== 'confirmed' && status !== 'rejected') say(`its order is ${status}`);
  const mails = emails.get(order.id) ?? [];
  const sent = mails.filter((email) => email.status === 'sent').length;
  const due = status === 'confirmed' ? 1 : 0;
  if (mails.length !== due || sent !== due) say(`${sent} of ${mails.length} e-mails sent, where ${due} is due`);
  return { status, reason: status === 'rejected' ? order.reason : undefined, sent, differences };
}

function summary({ id, number, status, reason, lines }: Order): Found {
  const units = new Counter();
  for (const { sku, quantity } of lines) units.add(sku, quantity);
  return { id, number, status, reason, units };
}

function add<T>(lists: Map<string, T[]>, key: string, item: T): void {
  lists.set(key, [...(lists.get(key) ?? []), item]);
}
