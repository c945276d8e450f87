import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { runs } from '../support/processes.js';
import { type Server, spawnServer, startServer } from '../support/server.js';
import { onSale, orderOf, place } from '../support/shop.js';

jest.setTimeout(120_000);

const run = promisify(execFile);
const base = mkdtempSync(join(tmpdir(), 'floodgate-start-'));
const DATA_DIR = join(base, 'data');
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Starts what must not start; answers its exit code and what it printed. */
async function refused(env: Record<string, string>) {
  const server = spawnServer({ PORT: '0', ...env });
  const code = await server.exited;
  return { code, said: server.output().trim() };
}
const oneLine = (text: RegExp) => ({
  code: 1,
  said: expect.stringMatching(new RegExp(`^Floodgate cannot start\\. .*${text.source}.*$`)) as unknown,
});
const postmaster = () => Number(readFileSync(join(DATA_DIR, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);

describe('npm start', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer({ DATA_DIR, ADMIN_API_KEY: '' });
  });
  afterAll(() => server.stop());

  it('prints one screen, with a curl that places an order when pasted', async () => {
    const screen = await eventually(() => {
      expect(server.output()).toContain('Ctrl-C stops everything.');
      return server.output();
    });
    expect(screen.split('\n').length).toBeLessThan(24);
    for (const word of [`${server.url}/v1`, `${server.url}/docs`, DATA_DIR]) expect(screen).toContain(word);
    expect(screen).toContain(readFileSync(join(DATA_DIR, 'admin.key'), 'utf8').trim());
    expect(statSync(join(DATA_DIR, 'admin.key')).mode & 0o777).toBe(0o600);
    const curl = /curl [\s\S]*?\}'\n/.exec(screen)?.[0] ?? '';
    const { stdout } = await run('bash', ['-c', curl]);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'confirmed', lines: [{ quantity: 1 }] });
  });

  it('goes on saying what matters after it has drawn its API document', async () => {
    expect((await fetch(`${server.url}/openapi.json`)).status).toBe(200);
    const post = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${server.url}/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await answer.json()) as { refreshToken: string };
    };
    const person = { email: 'ada@example.com', password: 'correct horse battery' };
    await post('/accounts', person);
    const { refreshToken } = await post('/sessions', person);
    await eventually(async () => {
      await post('/sessions/refresh', { refreshToken }); // again and again: after its grace it is taken for stolen
      expect(server.output()).toContain('came again after its rotation');
    });
    expect(server.output()).not.toContain('PREVIEW');
  });

  it('measures what the autoscalers of k8s/ go by', async () => {
    const folder = join(import.meta.dirname, '../../k8s/components/autoscale');
    const text = ['api.yaml', 'workers.yaml'].map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
    const names = new Set(text.match(/\bfloodgate_\w+/g));
    expect(names.size).toBe(2);
    const measured = await (await fetch(`${server.url}/metrics`)).text();
    for (const name of names) expect(measured).toContain(`# TYPE ${name} gauge`);
  });

  it('refuses a second start on the same data, and leaves the first alone', async () => {
    expect(await refused({ DATA_DIR })).toEqual(oneLine(/Another Floodgate is running on .* DATA_DIR/));
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  });

  it('ends every process it started at Ctrl-C', async () => {
    const pid = postmaster();
    expect(runs(pid)).toBe(true);
    server.kill('SIGINT');
    expect(await server.exited).toBe(0);
    await eventually(() => expect(runs(pid)).toBe(false), 1_000);
  });

  it('keeps the key and loads the demo catalog only once', async () => {
    const key = readFileSync(join(DATA_DIR, 'admin.key'), 'utf8').trim();
    server = await startServer({ DATA_DIR, ADMIN_API_KEY: '' });
    expect(readFileSync(join(DATA_DIR, 'admin.key'), 'utf8').trim()).toBe(key);
    const count = async () =>
      ((await (await fetch(`${server.url}/v1/products?limit=100`)).json()) as { items: unknown[] }).items.length;
    const before = await count();
    expect(before).toBeGreaterThan(3);
    await server.stop();
    server = await startServer({ DATA_DIR, ADMIN_API_KEY: '' });
    expect(await count()).toBe(before);
  });
});

describe('after kill -9', () => {
  it.each([['the server'], ['Postgres'], ['both']])('of %s under load, no accepted order is lost', async (victim) => {
    let server = await startServer({ DATA_DIR, LOG_LEVEL: 'fatal' });
    const sku = await onSale({ stock: 100_000, url: server.url });
    const accepted: string[] = [];
    let on = true;
    const { url } = server;
    const buyer = async () => {
      while (on) {
        const answer = await place(sku, { url }).catch(() => undefined);
        if (answer?.data) accepted.push(answer.data.id);
        else await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const buyers = Array.from({ length: 8 }, buyer);
    await eventually(() => expect(accepted.length).toBeGreaterThan(50));
    if (victim !== 'the server') process.kill(postmaster(), 'SIGKILL');
    if (victim !== 'Postgres') server.kill('SIGKILL');
    const before = accepted.length;
    if (victim === 'Postgres') await eventually(() => expect(accepted.length).toBeGreaterThan(before + 20), 30_000);
    on = false;
    await Promise.all(buyers);
    if (victim !== 'Postgres') {
      expect(await server.exited).toBeNull();
      server = await startServer({ DATA_DIR, LOG_LEVEL: 'fatal' });
    }
    await eventually(async () => {
      const orders = await Promise.all(accepted.map((id) => orderOf(id, server.url)));
      expect(orders.filter(({ status }) => status !== 'confirmed')).toEqual([]);
    }, 60_000);
    await server.stop();
  });
});

describe('a start that cannot work says in a line what to do, and exits with 1', () => {
  const fresh = () => join(base, `fresh-${Math.random().toString(36).slice(2)}`);

  it('port taken', async () => {
    const squatter = createServer().listen(0, '0.0.0.0');
    await once(squatter, 'listening');
    const { port } = squatter.address() as { port: number };
    expect(await refused({ DATA_DIR: fresh(), PORT: String(port) })).toEqual(oneLine(/Port \d+ is taken\. .* PORT/));
    squatter.close();
  });

  it('a data directory that is none', async () => {
    const file = fresh();
    writeFileSync(file, '');
    expect(await refused({ DATA_DIR: file })).toEqual(oneLine(/not a directory.*DATA_DIR/));
  });

  it('a data directory nobody may write to', async () => {
    expect(await refused({ DATA_DIR: '/sys/floodgate' })).toEqual(oneLine(/DATA_DIR/));
  });

  it('data of another Postgres version', async () => {
    const version = join(DATA_DIR, 'postgres/PG_VERSION');
    const current = readFileSync(version, 'utf8');
    writeFileSync(version, '15\n');
    expect(await refused({ DATA_DIR })).toEqual(oneLine(/15.*DATA_DIR/));
    writeFileSync(version, current);
  });

  it('a DATABASE_URL where nothing listens, without showing its password', async () => {
    const { code, said } = await refused({ DATABASE_URL: 'postgres://floodgate:hunter2@127.0.0.1:9/shop' });
    expect({ code, said }).toEqual(oneLine(/database does not work: .*floodgate@127\.0\.0\.1:9\/shop.*DATABASE_URL/));
    expect(said).not.toContain('hunter2');
  });

  it('settings, all faults at once', async () => {
    const wrong = { PORT: 'http', LOG_LEVEL: 'loud', REDIS_URL: 'redis://redis:63x79', MODULES: 'all' };
    const SECRET = `${'long-enough'.repeat(3)},short`;
    const { code, said } = await refused({ ...wrong, SECRET, TRUST_PROXY: '10.0.0.0/99', ORDERS_GRPC_URL: 'a:1,b:2' });
    expect(code).toBe(1);
    expect(said).toMatch(
      /PORT: .*\n.*REDIS_URL: .*\n.*TRUST_PROXY: .*\n.*SECRET\.1: .*\n.*LOG_LEVEL: .*\n.*ORDERS_GRPC_URL: /,
    );
    expect(said).not.toMatch(/^ +at /m);
  });

  it('a module that does not exist', async () => {
    expect((await refused({ MODULES: 'orders,ordres', DATA_DIR: fresh() })).said).toMatch(
      /MODULES: ordres: use all, or some of/,
    );
  });

  it('in production what is for development: a known secret, test payments, no mail server', async () => {
    const DATABASE_URL = 'postgres://a:b@127.0.0.1:9/c';
    const production = { NODE_ENV: 'production', DATABASE_URL, SECRET: '', PAYMENTS_TEST: 'true' };
    const { code, said } = await refused(production);
    expect(code).toBe(1);
    expect(said).toContain('SECRET: needed');
    expect(said).toContain('ADMIN_API_KEY: needed in production');
    expect(said).toContain('ALLOW_IN_PRODUCTION=test-payments');
    expect(said).toContain('ALLOW_IN_PRODUCTION=no-mail');
    const named = await refused({ ...production, ALLOW_IN_PRODUCTION: 'test-payments,no-mail' });
    expect(named.said).toContain('SECRET: needed');
    expect(named.said).not.toContain('ALLOW_IN_PRODUCTION');
  });
});
