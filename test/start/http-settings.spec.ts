import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { ADMIN_KEY, freePort, spawnServer } from '../support/server.js';

describe('a server with limits, origins and a port for operations', () => {
  let url: string;
  let opsUrl: string;
  let dataDir: string;
  let server: ReturnType<typeof spawnServer>;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'floodgate-settings-'));
    const [port, opsPort] = [await freePort(), await freePort()];
    [url, opsUrl] = [`http://localhost:${port}`, `http://localhost:${opsPort}`];
    server = spawnServer({
      DATA_DIR: dataDir,
      PORT: String(port),
      OPS_PORT: String(opsPort),
      RATE_LIMIT: '20/5s',
      TRUST_PROXY: '1',
      CORS_ORIGINS: 'https://shop.example,https://other.example',
      LOG_LEVEL: 'debug',
      ADMIN_API_KEY: ADMIN_KEY,
    });
    const ended = server.exited.then(() => Promise.reject(new Error(server.output())));
    const ready = eventually(async () => expect((await fetch(`${opsUrl}/readyz`)).status).toBe(200), 60_000);
    await Promise.race([ready, ended]);
    ended.catch(() => undefined);
  }, 70_000);

  afterAll(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }, 20_000);

  const categories = (headers: Record<string, string> = {}) => fetch(`${url}/v1/categories`, { headers });

  it('answers operations on their own port, and only there', async () => {
    for (const path of ['/livez', '/readyz', '/metrics']) {
      expect((await fetch(`${opsUrl}${path}`)).status).toBe(200);
      expect((await fetch(`${url}${path}`)).status).toBe(404);
    }
    expect(await (await fetch(`${opsUrl}/readyz`)).json()).toHaveProperty('details.queue.engine');
    expect((await fetch(`${opsUrl}/v1/categories`)).status).toBe(404);
    expect((await fetch(`${url}/v1/categories`)).status).toBe(200);
  });

  it('tells a caller what is left, refuses what is over it, and opens again', async () => {
    const refused = await eventually(async () => {
      const answers = await Promise.all(Array.from({ length: 25 }, () => categories()));
      const over = answers.find(({ status }) => status === 429);
      if (!over) throw new Error('the limit has not been reached');
      return over;
    });
    expect(refused.headers.get('ratelimit-policy')).toBe('"default";q=20;w=5');
    expect(refused.headers.get('ratelimit')).toMatch(/^"default";r=0;t=[1-5]$/);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ status: 429, code: 'http.rate-limited' });

    const other = await categories({ authorization: `Bearer ${ADMIN_KEY}` });
    expect(other.headers.get('ratelimit')).toMatch(/^"default";r=1\d;t=\d$/);
    expect((await fetch(`${opsUrl}/livez`)).status).toBe(200);
    await eventually(async () => expect((await categories()).status).toBe(200), 10_000);
  }, 30_000);

  let callers = 0;
  it.each<[what: string, path: string, status: number, asked: RequestInit]>([
    ['an unknown path', '/v1/nothing', 404, {}],
    ['an unknown method', '/v1/categories', 405, { method: 'DELETE' }],
    ['the document', '/openapi.json', 200, {}],
    ['the documentation', '/docs', 200, {}],
    ['operations that are not there', '/metrics', 404, {}],
    ['bad JSON', '/v1/quotes', 400, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }],
    ['no JSON', '/v1/quotes', 415, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'a' }],
    [
      'a body that is not decoded',
      '/v1/quotes',
      415,
      { method: 'POST', headers: { 'content-encoding': 'br' }, body: 'a' },
    ],
    ['a wrong token', '/v1/orders', 401, { headers: { authorization: 'Bearer guessed' } }],
  ])('%s counts like everything else', async (_, path, status, asked) => {
    const headers = {
      ...(asked.headers as Record<string, string>),
      'x-forwarded-for': `203.0.113.${100 + (callers += 1)}`,
    };
    const answer = await fetch(`${url}${path}`, { ...asked, headers });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('ratelimit')).toMatch(/^"default";r=19;t=\d$/);
  });

  it('counts who comes through a proxy by the address that the proxy saw, whatever the caller claims', async () => {
    const seen = (claimed: string, address: string) => categories({ 'x-forwarded-for': `${claimed}, ${address}` });
    await eventually(async () => {
      const claims = Array.from({ length: 25 }, (_, index) => `198.51.100.${index}`);
      const answers = await Promise.all(claims.map((claimed) => seen(claimed, '203.0.113.7')));
      expect(answers.map(({ status }) => status)).toContain(429);
    });
    expect((await seen('198.51.100.1', '203.0.113.8')).status).toBe(200);
  });

  it('lets the listed origins in, and no other', async () => {
    const preflight = (origin: string) =>
      fetch(`${url}/v1/orders`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,idempotency-key',
        },
      });
    const allowed = await preflight('https://other.example');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://other.example');
    expect(allowed.headers.get('access-control-allow-headers')).toContain('idempotency-key');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const answer = await fetch(`${url}/v1/nothing`, { headers: { origin: 'https://shop.example' } });
    expect(answer.headers.get('access-control-expose-headers')).toContain('RateLimit-Policy');
    expect(answer.headers.get('vary')).toContain('Origin');
  });

  it('logs a request in one JSON line with its ids, and no secret', async () => {
    const requestId = crypto.randomUUID();
    await fetch(`${url}/v1/sessions`, {
      method: 'POST',
      body: JSON.stringify({ email: 'ada@example.com', password: 'my-secret-pass-phrase' }),
      headers: { 'content-type': 'application/json', 'x-request-id': requestId },
    });
    await categories({ authorization: `Bearer ${ADMIN_KEY}` });
    const line = await eventually(() => {
      const found = server
        .output()
        .split('\n')
        .find((each) => each.includes(requestId));
      if (!found) throw new Error('no line yet');
      return JSON.parse(found) as Record<string, unknown>;
    });
    expect(line).toMatchObject({
      level: 'debug',
      requestId,
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      method: 'POST',
      url: '/v1/sessions',
    });
    const log = server
      .output()
      .split('\n')
      .filter((each) => each.startsWith('{'))
      .join('\n');
    expect(log).not.toContain('my-secret-pass-phrase');
    expect(log).not.toContain(ADMIN_KEY);
  });
});
