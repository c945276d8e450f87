import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { api, asAdmin } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { Ground } from '../support/ground.js';
import { buildPreviousRelease } from '../support/previous-build.js';
import type { Server } from '../support/server.js';
import { becomes, onSale, placed, stockOf } from '../support/shop.js';

jest.setTimeout(700_000);

describe('this release beside the one before it, on one database', () => {
  let ground: Ground;
  let sql: pg.Pool;
  let previous: ReturnType<typeof buildPreviousRelease>;
  let old: Server;
  let fresh: Server;
  beforeAll(async () => {
    previous = buildPreviousRelease();
    ground = await Ground.open();
    sql = new pg.Pool({ connectionString: ground.databaseUrl, max: 2 });
    old = await ground.start({}, previous.main);
  });
  afterAll(async () => {
    await sql?.end();
    await ground?.close();
    previous?.remove();
  });

  const notificationsOf = async (orderId: string, url: string) => {
    const { data } = await asAdmin(url).GET('/v1/notifications', { params: { query: { orderId } } });
    return (data?.items ?? []).map(({ kind, status }) => `${kind} ${status}`);
  };

  /** As a process of another version would have written it. */
  async function published(name: string, version: number, payload: object, subscriber: string): Promise<string> {
    const id = randomUUID();
    await sql.query('INSERT INTO orders.outbox (id, name, version, payload) VALUES ($1, $2, $3, $4)', [
      id,
      name,
      version,
      JSON.stringify(payload),
    ]);
    await sql.query('INSERT INTO orders.deliveries (message_id, subscriber, due_at) VALUES ($1, $2, now())', [
      id,
      subscriber,
    ]);
    return id;
  }

  it('takes over a database that is in use, and both sell from one stock', async () => {
    const sku = await onSale({ stock: 60, url: old.url });
    const before = await Promise.all(Array.from({ length: 10 }, () => placed(sku, { url: old.url })));
    fresh = await ground.start();
    const beside = await Promise.all(
      Array.from({ length: 40 }, (_, index) => placed(sku, { url: index % 2 === 0 ? old.url : fresh.url })),
    );
    const all = [...before, ...beside];
    for (const [index, { id }] of all.entries())
      await becomes(id, 'confirmed', index % 2 ? old.url : fresh.url, 40_000);

    const cancelled = all.slice(0, 20);
    for (const [index, { id, orderToken }] of cancelled.entries()) {
      const { url } = index % 2 ? old : fresh;
      await api(orderToken, url).POST('/v1/orders/{id}/cancel', { params: { path: { id } }, body: {} });
    }
    await eventually(async () =>
      expect(await stockOf(sku, old.url)).toEqual({ onHand: 30, reserved: 0, available: 30 }),
    );
    await eventually(async () => {
      for (const { id } of cancelled) {
        const told = await notificationsOf(id, fresh.url);
        expect(told.sort()).toEqual(['order-cancelled sent', 'order-confirmed sent']);
      }
    });
  });

  it('the release before starts on the database as this one left it', async () => {
    await old.stop();
    old = await ground.start({}, previous.main);
    const order = await placed(await onSale({ url: fresh.url }), { url: old.url, wait: 30 });
    expect(order.status).toBe('confirmed');
  });

  it('both read a message of a later version, with a field they do not know', async () => {
    const orders = await Promise.all(
      [1, 2, 3, 4].map(async () => placed(await onSale({ url: old.url }), { url: old.url })),
    );
    for (const { id, number, email } of orders) {
      await becomes(id, 'confirmed', old.url);
      const payload = { orderId: id, number, email, reason: 'later', mood: 'sunny' };
      await published('orders.order-cancelled', 99, payload, 'notifications');
    }
    await eventually(async () => {
      for (const { id } of orders) expect(await notificationsOf(id, fresh.url)).toContain('order-cancelled sent');
    });
  });

  it("a message that only the next release knows waits, in nobody's way, and is not parked", async () => {
    await old.stop();
    const unknown = await published('orders.order-praised', 1, { orderId: randomUUID() }, 'notifications');
    const waits = async () => {
      const { rows } = await sql.query<{ attempts: number }>(
        'SELECT attempts FROM notifications.failures WHERE message_id = $1',
        [unknown],
      );
      return rows[0]?.attempts ?? 0;
    };
    await eventually(async () => expect(await waits()).toBeGreaterThanOrEqual(2));
    const order = await placed(await onSale({ url: fresh.url }), { url: fresh.url, wait: 30 });
    await eventually(async () => expect(await notificationsOf(order.id, fresh.url)).toEqual(['order-confirmed sent']));
    expect((await asAdmin(fresh.url).GET('/v1/dead-letters')).data?.items).toEqual([]);
    const { rows } = await sql.query('SELECT 1 FROM orders.deliveries WHERE message_id = $1', [unknown]);
    expect(rows).toHaveLength(1); // its writer keeps it
  });
});
