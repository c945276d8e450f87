import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { isShown } from '../topologies/opt-outs.js';
import { asAdmin, shopUrl, unique } from '../support/api.js';
import { ADMIN_KEY } from '../support/server.js';
import { onSale } from '../support/shop.js';

interface Problem {
  status: number;
  code: string;
  traceId: string;
  errors?: { pointer: string; message: string }[];
}

/** Reads the whole answer: a body that is left unread keeps its connection, and so this process, alive. */
async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(`${shopUrl()}${path}`, init);
  const body = await response.arrayBuffer();
  return new Response(body.byteLength > 0 ? body : null, response);
}
const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  call(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
const admin = { authorization: `Bearer ${ADMIN_KEY}` };

/** Holds an answer to what every problem has, and answers it. */
async function problemOf(response: Response): Promise<Problem> {
  const problem = (await response.json()) as Problem;
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(response.headers.get('cache-control')).toMatch(/no-store/);
  expect(problem).toMatchObject({
    type: `urn:floodgate:error:${problem.code}`,
    title: expect.any(String),
    status: response.status,
    detail: expect.any(String),
    instance: expect.stringMatching(/^\//),
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  expect(response.headers.get('traceparent')).toContain(problem.traceId);
  expect(response.headers.get('x-request-id')).toBeTruthy();
  expect(JSON.stringify(problem)).not.toMatch(/node_modules|\.js:\d+|at \w+ \(/);
  return problem;
}

/** Sends bytes that no HTTP client would. */
async function sendRaw(bytes: string): Promise<Response> {
  const { hostname, port } = new URL(shopUrl());
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  socket.write(bytes);
  await once(socket, 'close');
  const [head = '', body] = answer.split('\r\n\r\n');
  const [status = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => line.split(': ', 2) as [string, string]);
  return new Response(body, { status: Number(status.split(' ')[1]), headers });
}

type Wrong = [what: string, status: number, code: string, ask: () => Promise<Response>];
const MALFORMED: Wrong[] = [
  ['a body over 1 MB', 413, 'http.body-too-large', () => post('/v1/quotes', JSON.stringify('a'.repeat(1_048_577)))],
  ['a malformed URL', 400, 'http.malformed-url', () => call('/v1/orders/%ff')],
  ['an endless parameter', 414, 'http.uri-too-long', () => call(`/v1/stock/${'a'.repeat(257)}`)],
  ['no HTTP at all', 400, 'http.malformed-request', () => sendRaw('good morning\r\n\r\n')],
  [
    'endless headers',
    431,
    'http.headers-too-large',
    () => sendRaw(`GET /livez HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`),
  ],
];

describe('an error', () => {
  it.each<[what: string, status: number, code: string, ask: () => Promise<Response>]>([
    ['an unknown path', 404, 'http.not-found', () => call('/v1/nothing?here=1')],
    ['an unknown method', 405, 'http.method-not-allowed', () => call('/v1/orders', { method: 'DELETE' })],
    ['malformed JSON', 400, 'http.malformed-json', () => post('/v1/quotes', '{"lines":')],
    ['a poisoned prototype', 400, 'http.malformed-json', () => post('/v1/quotes', '{"__proto__": {"admin": true}}')],
    ['an empty body', 400, 'http.validation-failed', () => post('/v1/quotes', '')],
    ['a form', 415, 'http.unsupported-media-type', () => call('/v1/quotes', { method: 'POST', body: new FormData() })],
    [
      'an urlencoded form',
      415,
      'http.unsupported-media-type',
      () => post('/v1/quotes', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
    ],
    [
      'plain text',
      415,
      'http.unsupported-media-type',
      () => post('/v1/quotes', '{}', { 'content-type': 'text/plain' }),
    ],
    ['a malformed id', 400, 'http.validation-failed', () => call('/v1/orders/one', { headers: admin })],
    ['a limit of 101', 400, 'http.validation-failed', () => call('/v1/orders?limit=101', { headers: admin })],
    ['a made-up cursor', 400, 'http.invalid-cursor', () => call('/v1/orders?cursor=abc', { headers: admin })],
    ['no credentials', 401, 'http.unauthorized', () => call('/v1/api-keys')],
    [
      'another scheme',
      401,
      'http.unauthorized',
      () => call('/v1/products', { headers: { authorization: 'Basic YTpi' } }),
    ],
    [
      'a wrong token',
      401,
      'http.unauthorized',
      () => call('/v1/products', { headers: { authorization: 'Bearer wrong' } }),
    ],
    ...(isShown('malformed and oversized HTTP') ? MALFORMED : []),
  ])('for %s is a problem with status %i', async (_what, status, code, ask) => {
    const response = await ask();
    expect(response.status).toBe(status);
    expect(await problemOf(response)).toMatchObject({ code });
  });

  it('names every field that is wrong', async () => {
    const response = await post(
      '/v1/quotes',
      JSON.stringify({ lines: [{ sku: 'A', quantity: 0 }, { sku: 7 }], more: 1 }),
    );
    const { errors } = await problemOf(response);
    expect(errors?.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/lines/0/quantity', '/lines/1/sku', '/lines/1/quantity']),
    );
    expect(errors?.every(({ message }) => message.length > 0)).toBe(true);
  });

  it('says which methods an address takes, and how to authenticate', async () => {
    const refused = await call(`/v1/orders/${crypto.randomUUID()}`, { method: 'PUT' });
    expect(refused.status).toBe(405);
    expect(refused.headers.get('allow')).toBe('GET, HEAD');
    expect((await call('/v1/api-keys')).headers.get('www-authenticate')).toBe('Bearer');
    const expired = await call('/v1/api-keys', { headers: { authorization: 'Bearer eyJ.a.b' } });
    expect(expired.status).toBe(401);
    expect(expired.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"'); // time to refresh
  });
});

describe('every answer', () => {
  it('continues the trace of its caller, and keeps the request id', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
    const response = await call('/v1/nothing', { headers: { traceparent, 'x-request-id': 'mine-1' } });
    expect(response.headers.get('traceparent')).toMatch(
      new RegExp(`^00-${traceId}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`),
    );
    expect(response.headers.get('x-request-id')).toBe('mine-1');
    expect((await problemOf(response)).traceId).toBe(traceId);
  });

  it('begins a trace where the given one is malformed', async () => {
    const response = await call('/livez', { headers: { traceparent: '00-zero-zero-01' } });
    expect(response.headers.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it('says how it may be cached; with credentials, not at all', async () => {
    const sku = await onSale();
    const path = `/v1/availability?sku=${sku}`;
    expect((await call(path)).headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
    expect((await call(path, { headers: admin })).headers.get('cache-control')).toBe('private, no-store');
    for (const other of ['/livez', '/readyz', '/metrics', '/docs', '/openapi.json', '/.well-known/jwks.json']) {
      expect((await call(other)).headers.get('cache-control')).toBeTruthy();
    }
  });

  it('has security headers', async () => {
    const { headers } = await call('/v1/products');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('strict-transport-security')).toContain('max-age=');
    expect(headers.get('x-powered-by')).toBeNull();
  });
});

describe('an entity tag', () => {
  it('spares the body that the caller holds already, until it changes', async () => {
    const sku = await onSale({ stock: 5 });
    const path = `/v1/availability?sku=${sku}`;
    const first = await call(path);
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toMatch(/^W\/"[\w-]+"$/);
    for (const held of [tag, tag.replace('W/', ''), `"other", ${tag}`, '*']) {
      const again = await call(path, { headers: { 'if-none-match': held } });
      expect(again.status).toBe(304);
      expect(again.headers.get('etag')).toBe(tag);
      expect(await again.text()).toBe('');
    }
    await asAdmin().PUT('/v1/stock/{sku}', { params: { path: { sku } }, body: { onHand: 6 } });
    expect((await call(path, { headers: { 'if-none-match': tag } })).status).toBe(200);
  });

  it('is also on HEAD, and never on an error', async () => {
    const sku = await onSale();
    const head = await call(`/v1/availability?sku=${sku}`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('etag')).toBe((await call(`/v1/availability?sku=${sku}`)).headers.get('etag'));
    expect((await call('/v1/nothing')).headers.get('etag')).toBeNull();
  });
});

describe('an Idempotency-Key', () => {
  const adjust = (sku: string, delta: number, key: string) =>
    post(`/v1/stock/${sku}/adjustments`, JSON.stringify({ delta, reason: 'count' }), {
      ...admin,
      'idempotency-key': key,
    });

  it('does a thing once, however often and at once it is asked', async () => {
    const sku = await onSale({ stock: 10 });
    const key = unique('key');
    const answers = await Promise.all([adjust(sku, 1, key), adjust(sku, 1, key), adjust(sku, 1, `"${key}"`)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(2);
    for (const answer of answers) expect(await answer.json()).toMatchObject({ onHand: 11 });
  });

  it('is refused with another request, and where it is none', async () => {
    const sku = await onSale();
    const key = unique('key');
    await adjust(sku, 1, key);
    const other = await adjust(sku, 2, key);
    expect(other.status).toBe(422);
    expect(await problemOf(other)).toMatchObject({ code: 'http.idempotency-key-reused' });
    const none = await adjust(sku, 1, 'a b');
    expect(none.status).toBe(400);
    expect(await problemOf(none)).toMatchObject({ code: 'http.invalid-idempotency-key' });
  });
});

describe('a list', () => {
  it('links to its next page', async () => {
    await onSale();
    await onSale();
    const first = await call('/v1/products?limit=1');
    const { items, next } = (await first.json()) as { items: { id: string }[]; next: string };
    expect(items).toHaveLength(1);
    const link = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    expect(new URL(link, shopUrl()).searchParams.get('cursor')).toBe(next);
    const second = (await (await call(link)).json()) as { items: { id: string }[] };
    expect(second.items[0]?.id).not.toBe(items[0]?.id);
  });
});
