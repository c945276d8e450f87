import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type MuteProxy, muteProxy } from '../support/mute-proxy.js';
import { Toy, upTo } from './toy.js';

jest.setTimeout(120_000);

let toy: Toy;
let proxy: MuteProxy;
let app: Awaited<ReturnType<Toy['start']>>;

const settled = (last: number) =>
  eventually(async () => {
    expect(await toy.numbers('receiver')).toEqual(upTo(last));
    expect(await toy.numbers('sender')).toEqual(upTo(last));
    expect(await toy.count('deliveries')).toBe(0);
    expect(await toy.count('dead_letters')).toBe(0);
  }, 60_000);
/** Sends until it is accepted; what is refused is not written. */
const sent = (query: string) => eventually(async () => expect(await app.send(query)).toBe(200), 60_000);

beforeAll(async () => {
  toy = await Toy.create();
  proxy = await muteProxy(toy.port);
  app = await toy.start({ DATABASE_URL: toy.through(proxy.port) });
});
afterAll(async () => {
  app.kill('SIGKILL');
  await app.exited;
  await proxy.stop();
  await toy.destroy();
});

it('connections that vanish without a word are replaced: what is sent then arrives, and nothing is lost', async () => {
  await sent('from=1&to=20');
  proxy.mute();
  await sent('from=21&to=40');
  await settled(40);
  proxy.mute();
  await sent('from=41&to=60');
  await settled(60);
});

it('a batch that takes longer than its transaction may is halved until it fits', async () => {
  await sent('from=61&to=260&all-slow');
  await settled(260);
});

it('a row that somebody keeps locked parks nothing, and holds up none of its neighbours', async () => {
  const [first, last] = [261, 280];
  await toy.sql.query('INSERT INTO receiver.healed VALUES (now())');
  const clerk = await toy.sql.connect();
  try {
    await clerk.query('BEGIN; SELECT * FROM receiver.healed FOR UPDATE');
    await sent(`from=${first}&to=${last}&locked=270`);
    await eventually(
      async () => expect(await toy.numbers('receiver')).toEqual(upTo(last).filter((no) => no !== 270)),
      60_000,
    );
    const tries = () => app.output().match(/took longer|statement timeout|transaction timeout/g)?.length ?? 0;
    const before = tries();
    await eventually(() => expect(tries()).toBeGreaterThan(before + 3), 60_000); // it has 3 attempts
    expect(await toy.count('dead_letters')).toBe(0);
  } finally {
    await clerk.query('ROLLBACK');
    clerk.release();
  }
  await settled(last);
});
