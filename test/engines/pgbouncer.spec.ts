import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { binaryOf } from '../support/debian-binary.js';
import { eventually } from '../support/eventually.js';
import { freePort, type Server, spawnServer, startServer } from '../support/server.js';
import { becomes, onSale, placed } from '../support/shop.js';
import { startPostgres } from './own-postgres.js';

jest.setTimeout(180_000);

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let bouncer: ChildProcess;
let folder: string;
let direct: string;
let pooled: string;
let server: Server | undefined;

beforeAll(async () => {
  postgres = await startPostgres();
  direct = await postgres.database();
  const { hostname, port, username, password, pathname } = new URL(direct);
  const listen = await freePort();
  folder = await mkdtemp(join(tmpdir(), 'floodgate-pgbouncer-'));
  await chmod(folder, 0o755);
  const config = join(folder, 'pgbouncer.ini');
  await writeFile(join(folder, 'users.txt'), `"${username}" "${decodeURIComponent(password)}"\n`);
  await writeFile(
    config,
    `[databases]
     * = host=${hostname} port=${port}
     [pgbouncer]
     listen_addr = 127.0.0.1
     listen_port = ${listen}
     unix_socket_dir =
     auth_type = plain
     auth_file = ${join(folder, 'users.txt')}
     pool_mode = transaction
     max_client_conn = 500
     default_pool_size = 20`.replaceAll(/^ +/gm, ''),
  );
  const asUser = process.getuid?.() === 0 ? ['-u', 'nobody'] : []; // it refuses to run as root
  bouncer = spawn(await binaryOf('pgbouncer'), [...asUser, '-q', config], { stdio: 'ignore' });
  pooled = Object.assign(new URL(`postgres://127.0.0.1:${listen}${pathname}`), { username, password }).href;
  await eventually(async () => {
    const socket = connect(listen, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
  });
});
afterAll(async () => {
  await server?.stop();
  bouncer?.kill('SIGKILL');
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

const refusal = async (env: Record<string, string>) => {
  const starting = spawnServer({
    PORT: '0',
    LOG_LEVEL: 'fatal',
    ADMIN_API_KEY: 'an-admin-key-of-24-characters',
    ...env,
  });
  expect(await starting.exited).toBe(1);
  return starting.output().trim();
};

it('nothing is migrated through a pooler, and queues do not go through one; each says so in a line', async () => {
  expect(await refusal({ DATABASE_URL: pooled })).toMatch(
    /^Floodgate cannot start\. queues: .* is a pooler in transaction mode.*MESSAGING_DATABASE_URL.*REDIS_URL\.$/,
  );
  expect(await refusal({ DATABASE_URL: pooled, MESSAGING_DATABASE_URL: direct })).toMatch(
    /^Floodgate cannot start\. \w+: .* is a pooler in transaction mode, which no migration may go through\. Set DIRECT_URL.*$/,
  );
});

it('with DIRECT_URL it migrates past the pooler, twice at once, and works through it', async () => {
  const env = { DATABASE_URL: pooled, MESSAGING_DATABASE_URL: direct, DIRECT_URL: direct, PAYMENTS_TEST: 'true' };
  const [one, other] = await Promise.all([startServer(env), startServer(env)]);
  server = one;
  await other.stop();
  const { url } = one;
  const order = await placed(await onSale({ url }), { url });
  await becomes(order.id, 'confirmed', url);
});

it('in production a start waits for the migrations, and applies none', async () => {
  const DATABASE_URL = await postgres.database();
  const starting = spawnServer({
    DATABASE_URL,
    NODE_ENV: 'production',
    LOG_LEVEL: 'info',
    ALLOW_IN_PRODUCTION: 'no-mail',
    SECRET: 'a-secret-of-at-least-24-characters',
    ADMIN_API_KEY: 'an-admin-key-of-24-characters',
    PORT: String(await freePort()),
  });
  let isOver = false;
  void starting.exited.then(() => (isOver = true));
  const migrating = spawnServer({ DATABASE_URL, PORT: '0' }, 'migrate');
  expect(await migrating.exited).toBe(0);
  await eventually(() => {
    expect(starting.output()).toContain('Floodgate is open');
    expect(isOver).toBe(false);
  }, 60_000);
  expect(await starting.stop()).toBe(0);
  // What it says is JSON, each line.
  for (const line of starting.output().trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('level');
});
