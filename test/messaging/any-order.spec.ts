import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { embeddedUrl } from '../support/embedded-url.js';
import { eventually } from '../support/eventually.js';
import { type Server, startServer } from '../support/server.js';
import { becomes, onSale, orderOf, placed, stockOf } from '../support/shop.js';

jest.setTimeout(120_000);

const dataDir = mkdtempSync(join(tmpdir(), 'floodgate-order-'));
let server: Server;
let sql: pg.Client;

beforeAll(async () => {
  // Every message comes twice here, and a slow payment outlives its order.
  server = await startServer({ DATA_DIR: dataDir, ORDER_DEADLINE_SECONDS: '1', INJECT: 'twice' });
  sql = new pg.Client({ connectionString: embeddedUrl(dataDir) });
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Puts a message into a module's outbox, as its wire form is: the sweep delivers it. */
async function deliver(from: string, to: string, name: string, payload: object): Promise<void> {
  const id = randomUUID();
  await sql.query(`INSERT INTO ${from}.outbox (id, name, version, payload) VALUES ($1, $2, 1, $3)`, [
    id,
    name,
    JSON.stringify(payload),
  ]);
  await sql.query(`INSERT INTO ${from}.deliveries (message_id, subscriber, due_at) VALUES ($1, $2, now())`, [id, to]);
}
const reserve = (orderId: string, sku: string, quantity: number) =>
  deliver('orders', 'inventory', 'inventory.reserve-stock', {
    orderId,
    lines: [{ sku, quantity }],
    expiresAt: new Date(Date.now() + 600_000).toISOString(),
  });
const told = (name: string, orderId: string) => deliver('orders', 'inventory', `inventory.${name}`, { orderId });
const reservation = async (orderId: string) =>
  (await sql.query<{ status: string }>('SELECT status FROM inventory.reservations WHERE order_id = $1', [orderId]))
    .rows[0]?.status;
const becomesReservation = (orderId: string, status: string) =>
  eventually(async () => expect(await reservation(orderId)).toBe(status));

describe('messages in any order, each of them twice', () => {
  it('a release before its reserve: nothing is reserved', async () => {
    const { url } = server;
    const [sku, orderId] = [await onSale({ stock: 5, url }), randomUUID()];
    await told('release-reservation', orderId);
    await becomesReservation(orderId, 'released');
    await reserve(orderId, sku, 2);
    const witness = randomUUID();
    await reserve(witness, sku, 1); // handled after the one above, or with it
    await becomesReservation(witness, 'reserved');
    expect(await reservation(orderId)).toBe('released');
    expect(await stockOf(sku, url)).toEqual({ onHand: 5, reserved: 1, available: 4 });
  });

  it('a reserve that is sent anew, past the inbox: reserved once', async () => {
    const { url } = server;
    const [sku, orderId] = [await onSale({ stock: 5, url }), randomUUID()];
    for (let time = 0; time < 3; time++) await reserve(orderId, sku, 2); // three messages with ids of their own
    await eventually(async () => expect((await sql.query('SELECT 1 FROM orders.deliveries')).rowCount).toBe(0));
    expect(await stockOf(sku, url)).toEqual({ onHand: 5, reserved: 2, available: 3 });
  });

  it('a commit after a release: nothing leaves the stock', async () => {
    const { url } = server;
    const [sku, orderId] = [await onSale({ stock: 5, url }), randomUUID()];
    await reserve(orderId, sku, 2);
    await becomesReservation(orderId, 'reserved');
    await told('release-reservation', orderId);
    await becomesReservation(orderId, 'released');
    await told('commit-reservation', orderId);
    await eventually(async () => expect((await sql.query('SELECT 1 FROM orders.deliveries')).rowCount).toBe(0));
    expect(await stockOf(sku, url)).toEqual({ onHand: 5, reserved: 0, available: 5 });
  });

  it('a capture after the order has expired: given back, and the stock too', async () => {
    const { url } = server;
    const sku = await onSale({ stock: 5, url });
    const order = await placed(sku, { token: 'tok_slow', url });
    expect(await becomes(order.id, 'expired', url)).toMatchObject({ reason: 'payment-timeout' });
    await deliver('payments', 'orders', 'payments.payment-captured', { orderId: order.id }); // it had been captured after all
    await eventually(async () => expect((await sql.query('SELECT 1 FROM payments.deliveries')).rowCount).toBe(0));
    expect((await orderOf(order.id, url)).status).toBe('expired');
    await eventually(async () => expect(await stockOf(sku, url)).toEqual({ onHand: 5, reserved: 0, available: 5 }));
  });

  it('a reservation nobody knows of: asked about when overdue, and released', async () => {
    const { url } = server;
    const [sku, orderId] = [await onSale({ stock: 5, url }), randomUUID()];
    await reserve(orderId, sku, 2);
    await becomesReservation(orderId, 'reserved');
    await sql.query("UPDATE inventory.reservations SET expires_at = now() - interval '1 second' WHERE order_id = $1", [
      orderId,
    ]);
    await becomesReservation(orderId, 'released');
    expect(await stockOf(sku, url)).toEqual({ onHand: 5, reserved: 0, available: 5 });
  });

  it('leaves the ledger the sum of the stock', async () => {
    const { rows } = await sql.query(
      `SELECT s.sku FROM inventory.stock s LEFT JOIN inventory.ledger l ON l.sku = s.sku
       GROUP BY s.sku, s.on_hand HAVING s.on_hand <> coalesce(sum(l.delta), 0)`,
    );
    expect(rows).toEqual([]);
  });
});
