import { beforeAll, describe, expect, it } from '@jest/globals';
import { customer } from '../support/customer.js';
import { ADMIN_KEY } from '../support/server.js';
import { isShown } from '../topologies/opt-outs.js';
import { shopUrl } from '../support/api.js';

interface Schema {
  $ref?: string;
  example?: unknown;
  examples?: unknown[];
}
interface Operation {
  operationId?: string;
  security?: object[];
  requestBody?: { content: Record<string, { schema: Schema; example?: unknown }> };
  responses: Record<string, { $ref?: string }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

describe('/openapi.json', () => {
  let document: Document;
  let operations: [route: string, operation: Operation][];
  beforeAll(async () => {
    document = (await (await fetch(`${shopUrl()}/openapi.json`)).json()) as Document;
    operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]): [string, Operation] => [
        `${method.toUpperCase()} ${path}`,
        operation,
      ]),
    );
  });

  it('covers the surface', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations.map(([route]) => route)).toEqual(
      expect.arrayContaining(['POST /v1/orders', 'GET /v1/products', 'POST /v1/sessions', 'GET /readyz']),
    );
  });

  it('names every operation once', () => {
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(ids.every((id) => id && /^[a-z][A-Za-z]+$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('gives an example of every body, and the problems of every operation', () => {
    const resolve = ({ $ref, ...rest }: Schema): Schema =>
      $ref ? (document.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {}) : rest;
    for (const [route, { requestBody, responses }] of operations) {
      const [body] = Object.values(requestBody?.content ?? {});
      const schema = resolve(body?.schema ?? {});
      const hasExample = !body || (body.example ?? schema.example ?? schema.examples) !== undefined;
      const problems = Object.values(responses).filter(({ $ref }) => $ref?.startsWith('#/components/responses/'));
      expect({ route, hasExample, hasProblems: problems.length > 0 }).toEqual({
        route,
        hasExample: true,
        hasProblems: true,
      });
    }
  });

  it('says what is open to everyone: all else answers 401 without credentials', async () => {
    const isOpen = ({ security = [] }: Operation) => security.some((each) => Object.keys(each).length === 0);
    for (const [route, operation] of operations) {
      const [method = '', path = ''] = route.split(' ');
      const { status } = await fetch(`${shopUrl()}${path.replace(/\{\w+\}/g, crypto.randomUUID())}`, {
        method,
        ...(operation.requestBody ? { body: '{}', headers: { 'content-type': 'application/json' } } : {}),
      });
      expect({ route, refused: status === 401 }).toEqual({ route, refused: !isOpen(operation) });
    }
  });
});

describe('/docs', () => {
  it('serves Swagger UI, whole, under its own content security policy', async () => {
    const page = await fetch(`${shopUrl()}/docs`);
    const html = await page.text();
    expect(html).not.toMatch(/<script>/);
    const files = [...html.matchAll(/(?:src|href)="(\.[^"]+)"/g)].map((match) => match[1] ?? '');
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect((await fetch(new URL(file, `${shopUrl()}/docs`))).status).toBe(200);
  });
});

describe('the operations', () => {
  it('tell that the process lives, what it runs on and that it keeps what it accepts', async () => {
    expect(await (await fetch(`${shopUrl()}/livez`)).json()).toEqual({ status: 'ok' });
    const authorization = `Bearer ${ADMIN_KEY}`;
    const response = await fetch(`${shopUrl()}/readyz`, { headers: { authorization } });
    const ready = (await response.json()) as { details: Record<string, unknown> };
    expect(ready).toMatchObject({
      status: 'ok',
      details: { queue: { status: 'up', engine: expect.stringMatching(/postgres|redis/) } },
    });
    const databases = Object.entries(ready.details).filter(([name]) => name.startsWith('postgres.'));
    expect(databases.length).toBeGreaterThan(0);
    for (const [, state] of databases) {
      expect(state).toMatchObject({
        status: 'up',
        version: expect.any(String),
        fsync: 'on',
        fullPageWrites: 'on',
        synchronousCommit: 'on',
      });
    }
  });

  it('tell a stranger a word', async () => {
    for (const token of ['', (await customer()).accessToken]) {
      const headers = new Headers(token ? { authorization: `Bearer ${token}` } : {});
      const response = await fetch(`${shopUrl()}/readyz`, { headers });
      expect(await response.json()).toEqual({ status: expect.stringMatching(/^(ok|degraded)$/) });
    }
  });

  const itCounts = isShown('the counters of a process') ? it : undefined;
  itCounts?.('count requests by route, never by path', async () => {
    const path = `/v1/stock/${crypto.randomUUID()}`;
    await fetch(`${shopUrl()}${path}`);
    const metrics = await (await fetch(`${shopUrl()}/metrics`)).text();
    expect(metrics).toContain('http_requests_total{method="GET",route="/v1/stock/:sku",status="4xx"}');
    expect(metrics).toMatch(/http_request_duration_seconds_bucket\{le="0.1",method="GET",route="\/v1\/stock\/:sku"/);
    expect(metrics).toContain('process_resident_memory_bytes');
    expect(metrics).not.toContain(path);
  });
});
