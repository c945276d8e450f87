import { chmod, chown, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { eventually } from '../support/eventually.js';
import { spawnRedis } from '../support/redis.js';
import { ADMIN_KEY, freePort, spawnServer, startServer } from '../support/server.js';
import { becomes, onSale, placed } from '../support/shop.js';
import { query, startPostgres } from './own-postgres.js';

jest.setTimeout(120_000);

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let redis: Awaited<ReturnType<typeof spawnRedis>>;
let folder: string;
let certificates: Certificates;
let plain: string;
let tlsRedis: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'floodgate-tls-'));
  certificates = await makeCertificates(folder);
  postgres = await startPostgres();
  plain = await postgres.database();
  const [row] = await query<{ data_directory: string }>(plain, 'SHOW data_directory');
  const { uid, gid } = await stat(row?.data_directory ?? ''); // the server may run as another user than the tests
  await chmod(folder, 0o755);
  for (const file of [certificates.key, certificates.cert]) {
    await chmod(file, 0o600);
    if (process.getuid?.() === 0) await chown(file, uid, gid);
  }
  await query(plain, `ALTER SYSTEM SET ssl_cert_file = '${certificates.cert}'`);
  await query(plain, `ALTER SYSTEM SET ssl_key_file = '${certificates.key}'`);
  const port = await freePort();
  redis = await spawnRedis('the tests of TLS', [
    `tls-port ${port}`,
    `tls-cert-file ${certificates.cert}`,
    `tls-key-file ${certificates.key}`,
    `tls-ca-cert-file ${certificates.ca}`,
    'tls-auth-clients no',
  ]);
  tlsRedis = `rediss://localhost:${port}`;
});
afterAll(async () => {
  await redis?.stop();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

const withMode = (parameters: string) => `${plain}?${parameters}`;

/** Exits with 1 and says one line. */
async function refused(env: Record<string, string>): Promise<string> {
  const server = spawnServer({ ADMIN_API_KEY: ADMIN_KEY, PORT: '0', LOG_LEVEL: 'fatal', ...env });
  expect(await server.exited).toBe(1);
  const said = server.output().trim();
  expect(said.split('\n')).toHaveLength(1);
  return said;
}

it('a Postgres without TLS refuses sslmode=require in one line', async () => {
  expect(await refused({ DATABASE_URL: withMode('sslmode=require') })).toMatch(
    /does not support SSL.*Correct MESSAGING_DATABASE_URL, or DATABASE_URL where that is not set\.$/,
  );
});

it('a Postgres whose certificate nobody vouches for is refused in one line that says how to trust it', async () => {
  await query(plain, 'ALTER SYSTEM SET ssl = on');
  await query(plain, 'SELECT pg_reload_conf()');
  await eventually(async () => expect(await query(plain, 'SHOW ssl')).toEqual([{ ssl: 'on' }]));
  for (const mode of ['require', 'verify-full']) {
    expect(await refused({ DATABASE_URL: withMode(`sslmode=${mode}`) })).toMatch(
      /certificate.*Add sslmode=verify-full&sslrootcert=.*or name the CA by NODE_EXTRA_CA_CERTS/,
    );
  }
  const missing = await refused({ DATABASE_URL: withMode('sslmode=verify-full&sslrootcert=/nowhere/ca.crt') });
  expect(missing).toMatch(/ENOENT.*\/nowhere\/ca\.crt/);
});

it('a Redis whose certificate nobody vouches for is refused in one line that says how to trust it', async () => {
  expect(await refused({ DATABASE_URL: plain, REDIS_URL: tlsRedis })).toMatch(
    /REDIS_URL does not work: .*certificate.*NODE_EXTRA_CA_CERTS/,
  );
});

it.each<{ how: string; parameters: () => string; env: () => Record<string, string> }>([
  { how: 'sslrootcert', parameters: () => `sslmode=verify-full&sslrootcert=${certificates.ca}`, env: () => ({}) },
  {
    how: 'NODE_EXTRA_CA_CERTS, Redis too',
    parameters: () => 'sslmode=require',
    env: () => ({ NODE_EXTRA_CA_CERTS: certificates.ca, REDIS_URL: tlsRedis }),
  },
  { how: 'no-verify', parameters: () => 'sslmode=no-verify', env: () => ({}) },
])('an order goes through over TLS, by $how', async ({ parameters, env }) => {
  const server = await startServer({ DATABASE_URL: withMode(parameters()), PAYMENTS_TEST: 'true', ...env() });
  try {
    const { url } = server;
    await becomes((await placed(await onSale({ url }), { url })).id, 'confirmed', url, 60_000);
    const open = await query<{ ssl: boolean }>(
      plain,
      `SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE backend_type = 'client backend' AND application_name LIKE 'floodgate %'`,
    );
    expect(open).toEqual([{ ssl: true }]);
    expect(server.output()).not.toMatch(/warning/i);
  } finally {
    await server.stop();
  }
});
