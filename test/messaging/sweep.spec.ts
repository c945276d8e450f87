import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type MuteProxy, muteProxy } from '../support/mute-proxy.js';
import { Toy, upTo } from './toy.js';

jest.setTimeout(120_000);

let toy: Toy;
let queues: MuteProxy;
let databases: Record<'sender' | 'receiver', MuteProxy>;
let app: Awaited<ReturnType<Toy['start']>>;

beforeAll(async () => {
  toy = await Toy.create();
  queues = await muteProxy(toy.port);
  databases = { sender: await muteProxy(toy.port), receiver: await muteProxy(toy.port) };
  app = await toy.start({
    MESSAGING_DATABASE_URL: toy.through(queues.port),
    SENDER_DATABASE_URL: toy.through(databases.sender.port),
    RECEIVER_DATABASE_URL: toy.through(databases.receiver.port),
  });
});
beforeEach(() => toy.sql.query('TRUNCATE sender.rows, receiver.rows'));
afterAll(async () => {
  app.kill('SIGKILL');
  await app.exited;
  for (const proxy of [queues, ...Object.values(databases)]) await proxy.stop();
  await toy.destroy();
});

const answered = (last: number) =>
  eventually(async () => expect(await toy.numbers('sender')).toEqual(upTo(last)), 60_000);
const deliveries = async (where: string) => {
  const { rows } = await toy.sql.query<{ sends: number; wait: number }>(
    `SELECT sends, extract(epoch FROM due_at - now())::float8 AS wait FROM sender.deliveries WHERE ${where}`,
  );
  return rows;
};

it('while the broker is away no wait grows: what is due is sent as soon as it is back', async () => {
  await queues.cut();
  expect(await app.send('from=1&to=20')).toBe(200);
  // As after many tries: a wait that still grew would be minutes by the next.
  await toy.sql.query("UPDATE sender.deliveries SET sends = 9, due_at = now() - interval '1 hour'");
  const swept = async () => {
    const { rows } = await toy.sql.query<{ updates: string }>(
      "SELECT n_tup_upd AS updates FROM pg_stat_user_tables WHERE schemaname = 'sender' AND relname = 'deliveries'",
    );
    return Number(rows[0]?.updates);
  };
  const before = await swept();
  await eventually(async () => expect(await swept()).toBeGreaterThan(before + 40)); // claimed and given back
  await eventually(async () => {
    const waits = await deliveries('true');
    expect(waits).toHaveLength(20);
    for (const { sends, wait } of waits) {
      expect(sends).toBe(9);
      expect(wait).toBeLessThan(1);
    }
  });
  await queues.restore();
  await answered(20);
});

it('a delivery to a subscriber that this process does not know is left alone, and holds up no other', async () => {
  await toy.sql.query(`
    WITH message AS (INSERT INTO sender.outbox (id, name, version, payload)
      VALUES (gen_random_uuid(), 'sender.note-sent', 1, '{}') RETURNING id)
    INSERT INTO sender.deliveries (message_id, subscriber, due_at) SELECT id, 'loyalty', now() - interval '1 hour' FROM message`);
  await queues.cut(); // so that the sweep has them all to send
  expect(await app.send('from=1&to=20')).toBe(200);
  await queues.restore();
  await answered(20);
  expect(await deliveries("subscriber = 'loyalty'")).toEqual([{ sends: 0, wait: expect.any(Number) }]);
});

it.each([
  ['sender', 'receiver'],
  ['receiver', 'sender'],
] as const)('the database of %s away does not stop the sweep of %s', async (away, other) => {
  await databases[away].cut();
  const left = `
    WITH message AS (INSERT INTO ${other}.outbox (id, name, version, payload)
      VALUES (gen_random_uuid(), 'receiver.note-taken', 1, '{"no": 1}') RETURNING id)
    INSERT INTO ${other}.deliveries (message_id, subscriber, due_at) SELECT id, 'sender', now() FROM message`;
  await toy.sql.query(left);
  await eventually(async () => {
    const { rows } = await toy.sql.query(
      `SELECT 1 FROM ${other}.deliveries WHERE subscriber = 'sender' AND job_id IS NULL`,
    );
    expect(rows).toEqual([]); // sent, or handled by now
  });
  await databases[away].restore();
  await answered(1);
});
