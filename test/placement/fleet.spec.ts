import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { asAdmin } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { processesBelow, runs } from '../support/processes.js';
import { type Entry, type Server, startServer } from '../support/server.js';
import { becomes, placed } from '../support/shop.js';

jest.setTimeout(240_000);

const SKU = 'TEE-BLACK-M';

describe.each<{ title: string; env: Record<string, string>; entry: Entry; members: number }>([
  { title: 'PROCESSES=2', env: { PROCESSES: '2' }, entry: 'main', members: 2 },
  { title: 'npm run start:split', env: {}, entry: 'split', members: 7 },
])('$title', ({ env, entry, members }) => {
  let dataDir: string;
  let server: Server;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'floodgate-fleet-'));
    server = await startServer({ ...env, DATA_DIR: dataDir, SHUTDOWN_SECONDS: '20' }, entry);
    await eventually(() => expect(server.output()).toContain('Ctrl-C stops everything.'));
  });
  afterAll(async () => {
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  const membersNow = () => processesBelow(server.pid).filter(({ command }) => command.includes('dist/src/main.js'));

  it('runs as many processes as it says, and takes orders by one address', async () => {
    expect(membersNow()).toHaveLength(members);
    if (entry === 'split') {
      for (const { pid } of membersNow())
        expect(server.output()).toMatch(new RegExp(`^ +[a-z]+ +pid ${pid} +:\\d+`, 'm'));
    }
    const order = await placed(SKU, { url: server.url, wait: 30 });
    expect(order.status).toBe('confirmed');
  });

  it('starts a process again that was killed, and no accepted order is lost', async () => {
    const orders = await Promise.all(Array.from({ length: 5 }, () => placed(SKU, { url: server.url })));
    const [victim] = membersNow();
    process.kill(victim?.pid ?? 0, 'SIGKILL');
    await eventually(() => {
      expect(server.output()).toMatch(/ended \(SIGKILL\); it is started again in \d+ ms\./);
      const now = membersNow();
      expect(now).toHaveLength(members);
      expect(now.map(({ pid }) => pid)).not.toContain(victim?.pid);
    }, 30_000);
    for (const { id } of orders) await becomes(id, 'confirmed', server.url, 60_000);
    await eventually(
      async () => expect((await placed(SKU, { url: server.url, wait: 30 })).status).toBe('confirmed'),
      60_000,
    );
  });

  it('ends all of its processes at one signal, and answers who waits', async () => {
    const all = processesBelow(server.pid);
    expect(all.length).toBeGreaterThan(members); // Postgres too
    const { url } = server;
    const email = `${randomUUID()}@example.com`;
    const waiting = placed(SKU, { url, wait: 60, token: 'tok_slow', email });
    await eventually(async () => {
      const { data } = await asAdmin(url).GET('/v1/orders', { params: { query: { email } } });
      expect(data?.items).toHaveLength(1);
    });
    const said = server.output().length;
    expect(await server.stop()).toBe(0);
    expect((await waiting).email).toBe(email);
    expect(server.output().slice(said)).not.toMatch(/Stopped after|started again/);
    await eventually(() => expect(all.filter(({ pid }) => runs(pid))).toEqual([]));
  });
});
