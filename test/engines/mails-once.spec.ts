import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { Mailbox, mailsTo } from '../support/mailbox.js';
import { type MuteProxy, muteProxy } from '../support/mute-proxy.js';
import { spawnRedis } from '../support/redis.js';
import { type Server, startServer } from '../support/server.js';
import { onSale, placed } from '../support/shop.js';
import { query, startPostgres, urlOf } from './own-postgres.js';

jest.setTimeout(240_000);

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let redis: Awaited<ReturnType<typeof spawnRedis>>;
let databaseUrl: string;
let databases: MuteProxy[];
let mailbox: Mailbox;
let servers: Server[];
let outage: Promise<unknown> | undefined;

/** The database goes between the first mail that the server has taken and its answer. */
const goAway = () => (outage ??= Promise.all(databases.map((proxy) => proxy.cut())));

beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.database();
  const port = Number(new URL(databaseUrl).port);
  databases = [await muteProxy(port), await muteProxy(port)];
  redis = await spawnRedis('the tests of mails');
  mailbox = new Mailbox(goAway);
  const { smtpUrl, mailboxUrl } = await mailbox.open();
  process.env.MAILBOX_URL = mailboxUrl;
  const start = (proxy: MuteProxy) =>
    startServer({
      DATABASE_URL: databaseUrl,
      NOTIFICATIONS_DATABASE_URL: urlOf(databaseUrl, { port: proxy.port }),
      REDIS_URL: redis.url,
      SMTP_URL: smtpUrl,
      SECRET: 'a-secret-that-both-processes-of-this-test-share',
      PAYMENTS_TEST: 'true',
    });
  servers = [];
  for (const proxy of databases) servers.push(await start(proxy));
});
afterAll(async () => {
  await Promise.all((servers ?? []).map((server) => server.stop()));
  for (const proxy of databases) await proxy.stop();
  await mailbox.close();
  await redis.stop();
  await postgres.stop();
});

it('a database that goes away after a mail was taken, for longer than a lease, sends none of them twice', async () => {
  const [one, other] = servers.map(({ url }) => url);
  const sku = await onSale({ url: one });
  const buyers = Array.from({ length: 12 }, (_, index) => `buyer-${index}@example.com`);
  await Promise.all(buyers.map((email, index) => placed(sku, { email, url: index % 2 ? other : one })));
  const mails = async () => (await Promise.all(buyers.map(mailsTo))).flat();
  const count = async (where: string) => {
    const sql = `SELECT count(*)::int AS n FROM notifications.notifications WHERE ${where}`;
    return (await query<{ n: number }>(databaseUrl, sql))[0]?.n ?? 0;
  };

  await eventually(() => expect(outage).toBeDefined());
  await outage;
  await eventually(async () => expect((await mails()).length).toBeGreaterThan(0));
  const onTheirWay = (await mails()).length;
  await eventually(async () => expect(await count("status = 'sending' AND held_until > now()")).toBe(0), 60_000);

  // One process finds the database first, while the other has sent mails that it could not tell of.
  await databases[1]?.restore();
  await eventually(async () => {
    const asks = await count("status = 'queued' AND attempts = 1 AND held_until > now()");
    expect(asks > 0 || (await mails()).length > onTheirWay).toBe(true);
  }, 90_000);
  await databases[0]?.restore();
  await eventually(async () => expect(await count("status = 'sent'")).toBe(buyers.length), 120_000);
  expect((await mails()).map(({ to: [address] }) => address).sort()).toEqual([...buyers].sort());
});
