import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { eventually } from '../support/eventually.js';
import { Ground } from '../support/ground.js';
import { runTool } from '../support/run-tool.js';
import type { Server } from '../support/server.js';
import { becomes, onSale, orderOf, placed, stockOf } from '../support/shop.js';

jest.setTimeout(180_000);

let ground: Ground;
let api: Server;
let sql: pg.Client;

beforeAll(async () => {
  ground = await Ground.open();
  api = await ground.start();
  sql = new pg.Client(ground.databaseUrl);
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await ground.close();
});

const LONG_AGO = "now() - interval '1 hour'";
const reconcile = () => runTool('reconcile', ['--url', api.url]);

it('what was missed is found, told, and set right', async () => {
  const { url } = api;
  const sku = await onSale({ url, stock: 10 });
  const orders = await Promise.all(
    [undefined, undefined, undefined, 'tok_lost'].map((token) => placed(sku, { url, token })),
  );
  for (const { id } of orders) await becomes(id, 'confirmed', url);
  await eventually(async () => expect(await stockOf(sku, url)).toEqual({ onHand: 6, reserved: 0, available: 6 }));
  await api.stop();
  api = await ground.start({ ROLES: 'http' }); // nobody heals
  expect(await reconcile()).toMatchObject({ code: 0, out: expect.stringContaining('the books agree') });

  const [cancelled, unsold, overdue, lost] = orders.map(({ id }) => id);
  // A refund and a release that were parked; a commit that was; an order whose end was missed; money of which
  // the provider was never asked.
  await sql.query(`UPDATE orders.orders SET status = 'cancelled', updated_at = ${LONG_AGO} WHERE id = $1`, [cancelled]);
  await sql.query(`UPDATE orders.orders SET updated_at = ${LONG_AGO} WHERE id = $1`, [unsold]);
  await sql.query("UPDATE inventory.reservations SET status = 'reserved', expires_at = now() + interval '1 day' WHERE order_id = $1", [unsold]); // prettier-ignore
  await sql.query('UPDATE inventory.stock SET on_hand = on_hand + 1, reserved = reserved + 1 WHERE sku = $1', [sku]);
  await sql.query(`UPDATE orders.orders SET status = 'pending', payment_status = 'pending', deadline = ${LONG_AGO}, updated_at = ${LONG_AGO} WHERE id = $1`, [overdue]); // prettier-ignore
  await sql.query(`UPDATE orders.orders SET status = 'cancelled', updated_at = ${LONG_AGO} WHERE id = $1`, [lost]);
  await sql.query(
    `UPDATE payments.intents SET status = 'cancelled', provider_status = NULL, updated_at = ${LONG_AGO} WHERE order_id = $1`,
    [lost],
  );

  const { code, out } = await reconcile();
  expect(code).toBe(1);
  expect(out).toMatch(new RegExp(`${cancelled} +ended-with-money-captured`));
  expect(out).toMatch(new RegExp(`${cancelled} +ended-with-stock-held`));
  expect(out).toMatch(new RegExp(`${unsold} +confirmed-without-committed-stock`));
  expect(out).toMatch(new RegExp(`${overdue} +pending-past-deadline`));

  const worker = await ground.start({ ROLES: 'queue' });
  await eventually(
    async () => expect((await orderOf(cancelled ?? '', api.url)).payment.status).toBe('refunded'),
    60_000,
  );
  await becomes(overdue ?? '', 'expired', api.url);
  await eventually(async () => expect((await orderOf(lost ?? '', api.url)).payment.status).toBe('refunded'), 60_000);
  await eventually(
    async () => expect(await stockOf(sku, api.url)).toEqual({ onHand: 9, reserved: 0, available: 9 }),
    60_000,
  );
  const metrics = await (await fetch(`${worker.url}/metrics`)).text();
  expect(metrics).toMatch(
    /floodgate_reconciliation_differences_total\{module="orders",difference="ended-with-stock-held"\} [1-9]/,
  );
  expect(worker.output()).toContain('differences between the books');
});
