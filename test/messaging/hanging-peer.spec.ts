import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { Toy, upTo } from './toy.js';

jest.setTimeout(120_000);

let toy: Toy;
let app: Awaited<ReturnType<Toy['start']>>;

beforeAll(async () => {
  toy = await Toy.create();
  app = await toy.start();
});
afterAll(async () => {
  app.kill('SIGKILL');
  await app.exited;
  await toy.destroy();
});

it('a peer that hangs holds up its own messages only, parks none of them, and they arrive once it answers', async () => {
  expect(await app.send('call&from=101&to=120&all-hang')).toBe(200);
  for (let from = 1; from <= 100; from += 10) expect(await app.send(`call&from=${from}&to=${from + 9}`)).toBe(200);
  await eventually(async () => expect(await toy.numbers('sender')).toEqual(upTo(100)));
  const tries = async () => {
    const { rows } = await toy.sql.query<{ most: number }>('SELECT max(attempts) AS most FROM receiver.failures');
    return rows[0]?.most ?? 0;
  };
  await eventually(async () => expect(await tries()).toBeGreaterThan(2)); // each has two attempts
  expect(await toy.count('dead_letters')).toBe(0);
  expect(await toy.numbers('receiver')).toEqual(upTo(100));

  await toy.sql.query('INSERT INTO receiver.healed VALUES (now())');
  await eventually(async () => expect(await toy.numbers('sender')).toEqual(upTo(120)), 60_000);
  expect(await toy.numbers('receiver')).toEqual(upTo(120));
  await eventually(async () => expect(await toy.count('deliveries')).toBe(0), 60_000);
});

it('a process that is killed with messages in its lanes loses none of them', async () => {
  await toy.sql.query('TRUNCATE receiver.rows, sender.rows, receiver.healed');
  expect(await app.send('call&from=1&to=30&all-hang')).toBe(200);
  await eventually(async () => {
    const { rows } = await toy.sql.query('SELECT 1 FROM bullmq.job WHERE queue = $1', ['receiver']);
    expect(rows).toEqual([]); // all jobs are done, and none of the messages
  });
  app.kill('SIGKILL');
  await app.exited;
  await toy.sql.query('INSERT INTO receiver.healed VALUES (now())');
  app = await toy.start();
  await eventually(async () => expect(await toy.numbers('sender')).toEqual(upTo(30)), 60_000);
});
