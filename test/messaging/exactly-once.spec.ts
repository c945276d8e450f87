import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { Toy, upTo } from './toy.js';

jest.setTimeout(120_000);

let toy: Toy;
const running: Awaited<ReturnType<Toy['start']>>[] = [];
const start = async (env?: Record<string, string>) => {
  const process = await toy.start(env);
  running.push(process);
  return process;
};
/** Every number has taken effect once at the receiver and been answered once, and nothing is on its way any more. */
const settled = (last: number, deadlineMs = 60_000) =>
  eventually(async () => {
    expect(await toy.numbers('receiver')).toEqual(upTo(last));
    expect(await toy.numbers('sender')).toEqual(upTo(last));
    expect(await toy.count('deliveries')).toBe(0);
  }, deadlineMs);

/** What was not accepted may have been committed all the same, its answer lost: but never twice. */
async function arrived(accepted: ReadonlySet<number>): Promise<void> {
  await eventually(async () => {
    expect(await toy.count('dead_letters')).toBe(0);
    const received = await toy.numbers('receiver');
    expect(new Set(received).size).toBe(received.length);
    expect([...accepted].filter((one) => !received.includes(one))).toEqual([]);
    expect(await toy.count('deliveries')).toBe(0);
  }, 60_000);
}

beforeAll(async () => {
  toy = await Toy.create();
});
afterEach(async () => {
  for (const process of running.splice(0)) {
    process.kill('SIGKILL');
    await process.exited;
  }
  await toy.sql.query(
    ['sender', 'receiver'].map((schema) => `TRUNCATE ${schema}.rows, ${schema}.healed, ${schema}.outbox, ${schema}.deliveries,
      ${schema}.inbox, ${schema}.dead_letters`).join(';') + '; TRUNCATE bullmq.job CASCADE', // prettier-ignore
  );
});
afterAll(() => toy.destroy());

describe('a message takes effect exactly once', () => {
  it.each([
    ['before the commit', 'transaction.before-commit', false],
    ['after the commit', 'transaction.after-commit', true],
    ['before the add', 'relay.before-add', true],
    ['after the add', 'relay.after-add', true],
    ['after the effect', 'consumer.before-commit', true],
    ['after the effect is committed', 'consumer.after-commit', true],
    ['before the acknowledgement', 'consumer.before-acknowledge', true],
  ])('when the process is killed %s', async (_, failpoint, accepted) => {
    const doomed = await start({ FAILPOINT: failpoint });
    const sending = doomed.send('from=1&to=50').catch(() => 0);
    expect(await doomed.exited).toBe('SIGKILL');
    await sending;
    const next = await start();
    if (!accepted) expect(await next.send('from=1&to=50')).toBe(200);
    await settled(50);
  });

  it('when every delivery comes twice', async () => {
    const process = await start({ INJECT: 'twice' });
    for (let from = 1; from <= 500; from += 50) await process.send(`from=${from}&to=${from + 49}`);
    await settled(500);
  });

  it('when two processes share the work and one is killed in the middle of it', async () => {
    const [survivor, victim] = [await start(), await start()];
    for (let from = 1; from <= 2_000; from += 100) {
      await survivor.send(`from=${from}&to=${from + 99}`);
      if (from === 1_001) victim.kill('SIGKILL');
    }
    await settled(2_000);
  });

  it('when the broker is emptied in full flight', async () => {
    const process = await start();
    for (let from = 1; from <= 2_000; from += 100) {
      await process.send(`from=${from}&to=${from + 99}`);
      if (from % 500 === 1) await toy.sql.query('TRUNCATE bullmq.job CASCADE');
    }
    await settled(2_000);
  });
});

describe('a message that fails by itself', () => {
  it('parks alone, and its neighbours in the batch succeed', async () => {
    const process = await start();
    await process.send('from=1&to=200&poison=77');
    await eventually(async () => expect(await toy.count('dead_letters')).toBe(1), 30_000);
    await eventually(async () => expect(await toy.numbers('receiver')).toEqual(upTo(200).filter((no) => no !== 77)));
    const { rows } = await toy.sql.query<{ id: string; attempts: number; error: string }>(
      'SELECT * FROM receiver.dead_letters',
    );
    expect(rows[0]).toMatchObject({ attempts: 3, error: 'Error: poison' });

    await toy.sql.query('INSERT INTO receiver.healed VALUES (now())');
    expect(await process.send(`replay=${rows[0]?.id}`)).toBe(200);
    await settled(200);
    expect(await toy.count('dead_letters')).toBe(0);
  });

  it('is timed out where its handler never returns, cannot commit late, and is retried', async () => {
    const process = await start();
    await process.send('from=1&to=20&hang=7');
    await settled(20);
    await eventually(() => expect(process.output()).toContain('late: Error: This transaction has ended'));
    expect(await toy.numbers('receiver')).toEqual(upTo(20));
  });
});

describe('the event log', () => {
  it('skips no message of a transaction that commits late', async () => {
    const process = await start();
    await process.send('from=1&to=3');
    const late = await toy.sql.connect();
    await late.query('BEGIN');
    await late.query(
      `INSERT INTO sender.outbox (id, name, version, payload) VALUES (gen_random_uuid(), 'x', 1, '{"no": 4}')`,
    );
    await process.send('from=5&to=7'); // commits first, with a higher transaction
    const first = await eventually(async () => {
      const log = await process.readLog('0/0'); // it ends before the oldest transaction that runs
      expect(log.numbers.map(({ no }) => no)).toEqual([1, 2, 3]);
      return log;
    });
    await late.query('COMMIT');
    late.release();
    const second = await eventually(async () => {
      const log = await process.readLog(first.cursor);
      expect(log.numbers).toHaveLength(4);
      return log;
    });
    expect(second.numbers.map(({ no }) => no)).toEqual([4, 5, 6, 7]);
    expect((await process.readLog(second.cursor)).numbers).toEqual([]);
  });
});

describe('an outage of Postgres', () => {
  it('of every connection, a hundred times over, ends no process and loses nothing', async () => {
    const process = await start();
    const accepted = new Set<number>();
    for (let no = 1; accepted.size < 100; no += 1) {
      if ((await process.send(`from=${no}&to=${no}`)) === 200) accepted.add(no);
      await toy.sql.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ~ '^floodgate'",
      );
    }
    await arrived(accepted);
  });

  it('in the middle of a transaction, again and again, is not held against its message', async () => {
    const process = await start();
    await process.send('from=1&to=3&cut=2');
    await settled(3);
    expect(await toy.count('dead_letters')).toBe(0);
  });

  it('of 20 s under load parks nothing and loses nothing', async () => {
    const process = await start();
    const accepted = new Set<number>();
    const refusals: string[] = [];
    let no = 0;
    let away = true;
    const load = async () => {
      while (away) {
        no += 1;
        const mine = no;
        const status = await process.send(`from=${mine}&to=${mine}`).catch((error: unknown) => String(error));
        if (status === 200) accepted.add(mine);
        else {
          refusals.push(`${new Date().toISOString()} ${status}`);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    };
    const clients = [load(), load(), load(), load()];
    await eventually(() => expect(accepted.size).toBeGreaterThan(100));
    await toy.stopPostgres();
    const outage = Date.now() + 20_000;
    await eventually(() => expect(Date.now()).toBeGreaterThan(outage), 30_000);
    await toy.startPostgres();
    const before = accepted.size;
    await eventually(() => {
      if (accepted.size > before + 100) return;
      const last = refusals.slice(-8).join('\n');
      throw new Error(
        `Only ${accepted.size - before} accepted since. Refused:\n${last}\nIt said:\n${process.output()}`,
      );
    }, 30_000);
    away = false;
    await Promise.all(clients);

    await arrived(accepted);
  });
});
