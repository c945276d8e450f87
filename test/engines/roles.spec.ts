import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { settingOf } from '#libs/config';
import { ADMIN_KEY, type Server, spawnServer, startServer } from '../support/server.js';
import { becomes, onSale, placed } from '../support/shop.js';
import { query, startPostgres, urlOf } from './own-postgres.js';

jest.setTimeout(60_000);

const modules = ['accounts', 'catalog', 'inventory', 'payments', 'orders', 'notifications', 'console'];
const MIGRATE = join(import.meta.dirname, '../../dist/src/migrate.js');

let postgres: Awaited<ReturnType<typeof startPostgres>>;
/** The database, as its superuser. */
let database: string;
/** What the processes are given: every module a role of its own, and one for the queues. */
let env: Record<string, string>;
beforeAll(async () => {
  postgres = await startPostgres();
  database = await postgres.database();
  for (const role of [...modules, 'owner', 'queues']) {
    await query(database, `CREATE ROLE ${role} LOGIN PASSWORD '${role}-password'`);
  }
  await query(database, `GRANT CREATE ON DATABASE ${new URL(database).pathname.slice(1)} TO owner`);
  const own = modules.map((role) => [settingOf(role, 'DATABASE_URL'), urlOf(database, { role })] as const);
  env = { DATABASE_URL: urlOf(database, { role: 'queues' }), PAYMENTS_TEST: 'true', ...Object.fromEntries(own) };
});
afterAll(() => postgres.stop());

/** `npm run migrate`, as the owner of all schemas. */
async function migrate(more: Record<string, string> = {}) {
  const owner = urlOf(database, { role: 'owner' });
  const direct = [...modules, 'messaging'].map((name) => [settingOf(name, 'DIRECT_URL'), owner] as const);
  const child = spawn(process.execPath, [MIGRATE], {
    env: { PATH: process.env.PATH, ...env, ...Object.fromEntries(direct), ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const code = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, err };
}

const refusedStart = async () => {
  const server = spawnServer({ ADMIN_API_KEY: ADMIN_KEY, PORT: '0', LOG_LEVEL: 'fatal', ...env });
  return { code: await server.exited, said: server.output().trim() };
};

describe('every module with a role of its own', () => {
  it('does not start where something is pending that its role may not apply, and says so', async () => {
    const { code, said } = await refusedStart();
    expect(code).toBe(1);
    expect(said).toMatch(/^Floodgate cannot start\. messaging: .* "queues" may not .*MESSAGING_DIRECT_URL.*$/);
  });

  it('is migrated by npm run migrate, which says what it did and can be run again', async () => {
    const first = await migrate();
    expect(first).toMatchObject({ code: 0, err: '' });
    for (const name of modules) {
      expect(first.out).toMatch(
        new RegExp(`^${name} +migrated: Messaging1760000000000.*; rights granted to ${name}$`, 'm'),
      );
    }
    expect(first.out).toMatch(/^queues +migrated: BullMQ; rights granted to queues$/m);
    const second = await migrate();
    expect(second).toMatchObject({ code: 0, err: '' });
    expect(second.out).toMatch(/^orders +up to date; rights granted to orders$/m);
    expect(second.out).not.toContain('migrated');
  });

  it('names what is pending in a module, and who may not apply it', async () => {
    await query(database, "DELETE FROM orders.migrations WHERE name LIKE 'Orders%' OR name LIKE 'Idempotency%'");
    const { code, said } = await refusedStart();
    expect(code).toBe(1);
    expect(said).toMatch(
      /^Floodgate cannot start\. orders: \d+ migrations are pending \(.*Orders\d+.*\) and the role "orders" may not apply them: run npm run migrate with ORDERS_DIRECT_URL/,
    );
    await query(database, 'DROP SCHEMA orders CASCADE');
    expect((await migrate()).code).toBe(0);
  });

  it('says which role of a module there is not', async () => {
    const { code, err } = await migrate({ ORDERS_DATABASE_URL: urlOf(database, { role: 'nobody_knows' }) });
    expect(code).toBe(1);
    expect(err).toMatch(
      /^Floodgate cannot migrate\. orders: there is no role "nobody_knows" .*ORDERS_DATABASE_URL\.$/m,
    );
  });

  describe('started', () => {
    let server: Server | undefined;
    beforeAll(async () => {
      // A newer version has been here: its migrations and its tables are no concern of this one.
      await query(
        database,
        "INSERT INTO orders.migrations (timestamp, name) VALUES (2760000000000, 'Later2760000000000')",
      );
      await query(urlOf(database, { role: 'owner' }), 'CREATE TABLE orders.later (id serial PRIMARY KEY)');
      server = await startServer(env);
    });
    afterAll(() => server?.stop());

    it('confirms an order', async () => {
      const url = server?.url;
      const order = await placed(await onSale({ url }), { url });
      await becomes(order.id, 'confirmed', url);
    });

    it('refuses a module the schema of another, and to change its own', async () => {
      const orders = urlOf(database, { role: 'orders' });
      expect(await query(orders, 'SELECT count(*) FROM orders.orders')).toHaveLength(1);
      const [jobs] = await query<{ name: string }>(
        database,
        "SELECT relname AS name FROM pg_class WHERE relnamespace = 'bullmq'::regnamespace AND relkind = 'r' LIMIT 1",
      );
      for (const sql of [
        `SELECT * FROM bullmq.${jobs?.name}`,
        'SELECT * FROM inventory.stock',
        'INSERT INTO payments.intents DEFAULT VALUES',
        'DROP TABLE orders.lines',
        'CREATE TABLE orders.mine ()',
        'DELETE FROM orders.migrations',
      ]) {
        await expect(query(orders, sql)).rejects.toMatchObject({ code: '42501' });
      }
    });

    it('may use what a later migration of the owner adds', async () => {
      const orders = urlOf(database, { role: 'orders' });
      expect(await query(orders, 'INSERT INTO orders.later DEFAULT VALUES RETURNING id')).toHaveLength(1);
    });

    it('holds few connections', async () => {
      const rows = await query<{ name: string; count: number }>(
        database,
        `SELECT usename AS name, count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database()
         AND pid <> pg_backend_pid() GROUP BY 1`,
      );
      const held = new Map(rows.map(({ name, count }) => [name, count]));
      expect(held.get('queues')).toBeLessThanOrEqual(24);
      for (const name of modules) expect(held.get(name) ?? 0).toBeLessThanOrEqual(8);
      expect(held.get('owner')).toBeUndefined();
    });
  });
});
