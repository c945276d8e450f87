import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { bucketFor } from '#libs/kernel';
import pg from 'pg';
import { asAdmin } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { Ground } from '../support/ground.js';
import type { Server } from '../support/server.js';
import { explainAll, plansOf } from './plans.js';

jest.setTimeout(300_000);

const ROWS = 1_000_000;
const DAYS = 100;
/** What a page of 20 orders with their lines may read; the million has some 30,000. */
const MOST_BLOCKS = 1_000;
const MOST_REMOVED = 5_000;

/** A UUIDv7 of a row's own moment, n of ROWS over DAYS, with its bucket. */
const at = `now() - interval '${DAYS} days' * (1 - n::float8 / ${ROWS})`;
const idOf = (bucket: string) =>
  `(lpad(to_hex((extract(epoch FROM ${at}) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(${bucket}), 3, '0')
    || '8000' || lpad(to_hex(n), 12, '0'))::uuid`;
const bucket = '(n % 4096)';

/** Most are fulfilled, every 5,000th expired; a rare SKU was sold 20 times, long ago; one in 50 sold on by others. */
const generate = `
  SET synchronous_commit = off; SET session_replication_role = replica;
  INSERT INTO orders.orders (bucket, id, number, status, email, customer_id, currency, subtotal, shipping, tax, grand_total,
    payment_status, payment_method, metadata, placed_at, updated_at, deadline)
  SELECT ${bucket}, ${idOf(bucket)}, n::text, CASE WHEN n % 5000 = 0 THEN 'expired' ELSE 'fulfilled' END,
    'buyer' || n % 50000 || '@example.com', CASE WHEN n % 4096 = ${bucketFor('customer-9')} THEN 'customer-9' WHEN n % 3 = 0 THEN 'another-' || n % 4096 END, 'GBP', 1000, 0, 0, 1000,
    'captured', 'test', '{}', ${at}, ${at}, ${at}
  FROM generate_series(1, ${ROWS}) n;
  INSERT INTO orders.lines (bucket, order_id, position, sku, title, quantity, unit_price)
  SELECT ${bucket}, ${idOf(bucket)}, 0, CASE WHEN n < 400000 AND n % 20000 = 0 THEN 'rare' ELSE 'SKU-' || n % 1000 END, 'x', 1, 1000
  FROM generate_series(1, ${ROWS}) n;
  INSERT INTO orders.placements (bucket, caller, key, fingerprint, order_id, created_at)
  SELECT ${bucket}, 'buyer', n::text, 'x', ${idOf(bucket)}, now() - interval '6 days' * (1 - n::float8 / ${ROWS})
  FROM generate_series(1, ${ROWS}) n;
  INSERT INTO inventory.stock (sku, on_hand) SELECT 'SKU-' || n, 5 FROM generate_series(0, 999) n;
  INSERT INTO inventory.ledger (sku, delta, reason, created_at)
  SELECT 'SKU-' || n % 1000, -1, 'sold', ${at} FROM generate_series(1, ${ROWS}) n;
  INSERT INTO inventory.reservations (order_id, status, lines, updated_at)
  SELECT ${idOf(bucket)}, 'committed', '[]', ${at} FROM generate_series(1, ${ROWS}) n;
  INSERT INTO payments.intents (id, order_id, status, method, amount, currency, provider_status, updated_at)
  SELECT ${idOf(bucket)}, ${idOf(bucket)}, 'captured', 'test', 1000, 'GBP', 'captured', ${at} FROM generate_series(1, ${ROWS}) n;
  INSERT INTO notifications.notifications (id, order_id, kind, recipient, status, created_at)
  SELECT ${idOf(bucket)}, ${idOf(bucket)}, 'order-confirmed', 'a@example.com', 'sent', ${at}
  FROM generate_series(1, ${ROWS}) n WHERE ${at} > now() - interval '80 days';
  INSERT INTO orders.outbox (id, name, version, payload, created_at)
  SELECT ${idOf(bucket)}, 'orders.order-placed', 1, '{}', now() FROM generate_series(1, ${ROWS}) n WHERE n > 940000;
  INSERT INTO orders.inbox (message_id, handled_at)
  SELECT ${idOf(bucket)}, now() FROM generate_series(1, ${ROWS}) n WHERE n > 940000;
  INSERT INTO inventory.ledger_sums SELECT sku, 0, sum(delta), 0, 0 FROM inventory.ledger GROUP BY sku`;

let ground: Ground;
let server: Server;

beforeAll(async () => {
  ground = await Ground.open();
  await (await ground.start()).stop(); // makes the tables
  const client = new pg.Client(ground.databaseUrl);
  await client.connect();
  await client.query(generate);
  await client.query('VACUUM ANALYZE');
  await client.end();
  await explainAll(ground.databaseUrl);
  server = await ground.start();
});
afterAll(() => ground.close());

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
/** What the statements on `table` read so far that `mark` names; waits for the log to have some. */
const read = (table: string, mark: RegExp) =>
  eventually(async () => {
    const plans = (await plansOf(ground.dataDir, table)).filter(({ query }) => mark.test(query));
    expect(plans).not.toEqual([]);
    return plans;
  });
async function isSmall(table: string, mark: RegExp): Promise<void> {
  for (const { query, blocks, removed, scanned } of await read(table, mark)) {
    const figures = { query: query.slice(0, 200), blocks, removed, scanned };
    if (blocks > MOST_BLOCKS || removed > MOST_REMOVED || scanned > MOST_REMOVED) {
      throw new Error(`It reads too much: ${JSON.stringify(figures)}`);
    }
  }
}

describe('among a million orders', () => {
  it.each([
    ['of a rare SKU', { sku: 'rare' }, /DISTINCT order_id/, 19],
    ['of a common SKU', { sku: 'SKU-7' }, /DISTINCT order_id/, 20],
    ['placed before a day long ago', { placedBefore: daysAgo(80) }, /placed_at </, 20],
    ['placed in an hour long ago', { placedAfter: daysAgo(80), placedBefore: daysAgo(79.96) }, /placed_at >/, 20],
    ['that expired', { status: 'expired' as const }, /o\.status = /, 20],
    ['of a customer', { customerId: 'customer-9' }, /o\.customer_id = /, 20],
    ['by their last change', { sort: 'updatedAt' as const, updatedAfter: daysAgo(80) }, /ORDER BY date_trunc/, 20],
    ['of an e-mail address', { email: 'buyer77@example.com' }, /lower\(o\.email\) = /, 20],
  ])('the orders %s are found by an index', async (_, query, mark, count) => {
    const { data, error } = await asAdmin(server.url).GET('/v1/orders', { params: { query } });
    expect(error).toBeUndefined();
    expect(data?.items).toHaveLength(count);
    await isSmall('orders.orders', mark);
  });

  it('the stock is listed without a walk through its ledgers', async () => {
    const { data } = await asAdmin(server.url).GET('/v1/stock', { params: { query: { limit: 100 } } });
    expect(data?.items[0]?.ledger).toEqual({ counted: 0, sold: -1_000, returned: 0, adjusted: 0 });
    await isSmall('inventory.stock', /ledger_sums/);
  });

  it.each([
    ['orders.placements', /^DELETE/],
    ['inventory.reservations', /^DELETE/],
    ['payments.intents', /^DELETE/],
    ['notifications.notifications', /^DELETE/],
    ['"orders".inbox', /^DELETE/],
    ['"orders".outbox', /^DELETE/],
    ['orders.orders', /deadline < now/],
    ['payments.intents', /reconciled_by/],
  ])('what looks after %s reads little', async (table, mark) => {
    await eventually(() => isSmall(table, mark), 120_000);
  });
});
