import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { ask } from '../support/request-from.js';
import { freePort, type Server, startServer } from '../support/server.js';

jest.setTimeout(120_000);

let folder: string;
let split: Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'floodgate-origin-'));
  split = await startServer(
    { DATA_DIR: folder, RATE_LIMIT: '30/600s', HOST: '127.0.0.1', OPS_PORT: String(await freePort()) },
    'split',
  );
});
afterAll(async () => {
  await split?.stop();
  await rm(folder, { recursive: true, force: true });
});

it('has its operations on their own port, and only there', async () => {
  expect((await fetch(`${split.opsUrl}/metrics`)).status).toBe(200);
  await eventually(async () => expect((await fetch(`${split.url}/metrics`)).status).toBe(404)); // it opens a moment later
});

it('counts each caller by the address it comes from, whatever it claims', async () => {
  const claims: Record<string, string>[] = [
    {},
    { 'x-forwarded-for': '198.51.100.9' },
    { forwarded: 'for=198.51.100.9' },
  ];
  const seen = (from: string, index = 0) =>
    ask(`${split.url}/v1/categories`, { from, headers: claims[index % claims.length] });
  for (let index = 0; index < 30; index += 1) expect((await seen('127.0.0.7', index)).status).toBe(200);
  for (const index of claims.keys()) expect((await seen('127.0.0.7', index)).status).toBe(429);
  expect((await seen('127.0.0.8')).status).toBe(200);
});

it('says by a problem with a trace id that a module is away, and passes on again once it is back', async () => {
  const pid = await eventually(() => {
    const found = /^ +catalog +pid (\d+)/m.exec(split.output());
    if (!found) throw new Error('It has not said yet who hosts what.');
    return Number(found[1]);
  });
  process.kill(pid, 'SIGKILL');
  const from = '127.0.0.9';
  const { headers, body } = await eventually(async () => {
    const answer = await ask(`${split.url}/v1/categories?limit=1`, { from });
    expect(answer.status).toBe(503);
    return answer;
  });
  expect(headers['content-type']).toContain('application/problem+json');
  const problem = JSON.parse(body) as { traceId: string };
  expect(problem).toMatchObject({ code: 'http.unavailable', detail: expect.stringContaining('catalog is away') });
  expect(headers.traceparent).toContain(problem.traceId);
  expect(headers['retry-after']).toBe('1');
  await eventually(
    async () => expect((await ask(`${split.url}/v1/products`, { from: '127.0.0.10' })).status).toBe(200),
    30_000,
  );
});
