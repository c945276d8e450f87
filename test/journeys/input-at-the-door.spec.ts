import { describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { isShown } from '../topologies/opt-outs.js';
import { api, asAdmin, shopUrl, unique } from '../support/api.js';
import { ADMIN_KEY } from '../support/server.js';
import { eventually } from '../support/eventually.js';
import { onSale, place, placed } from '../support/shop.js';

interface Answer {
  status: number;
  body: { code?: string; errors?: { pointer: string; message: string }[]; items?: unknown[] };
  headers: Headers;
}

async function send(
  method: string,
  path: string,
  body?: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${shopUrl()}${path}`, {
    method,
    body: body as string,
    headers: {
      authorization: `Bearer ${ADMIN_KEY}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : {}) as Answer['body'], headers: response.headers };
}
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  send('POST', path, typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body), headers);
const key = () => ({ 'idempotency-key': unique('key') });
const orderOf = (sku: string, changes: object = {}) => ({
  email: 'ada@example.com',
  lines: [{ sku, quantity: 1 }],
  payment: { method: 'test' },
  ...changes,
});

describe('text that nothing can store', () => {
  const BAD = { NUL: 'a\u0000b', 'half a character': 'a\ud800b' };
  const places: [where: string, pointer: string, ask: (bad: string) => Promise<Answer>][] = [
    ['the SKU of an order', '/lines/0/sku', (bad) => post('/v1/orders', orderOf(bad), key())],
    ['the SKU of a quote', '/lines/0/sku', (bad) => post('/v1/quotes', { lines: [{ sku: bad, quantity: 1 }] })],
    ['an e-mail', '/email', (bad) => post('/v1/orders', orderOf('A', { email: bad }), key())],
    [
      'a payment',
      '/payment/token',
      (bad) => post('/v1/orders', orderOf('A', { payment: { method: 'test', token: bad } }), key()),
    ],
    ['metadata', '/metadata/note', (bad) => post('/v1/orders', orderOf('A', { metadata: { note: bad } }), key())],
    [
      'an address',
      '/shippingAddress/name',
      (bad) => post('/v1/orders', orderOf('A', { shippingAddress: { name: bad } }), key()),
    ],
    [
      'a name',
      '/name',
      (bad) => post('/v1/accounts', { email: 'ada@example.com', password: 'correct horse', name: bad }),
    ],
    ['a password', '/password', (bad) => post('/v1/sessions', { email: 'ada@example.com', password: bad })],
    ['a key', '/name', (bad) => post('/v1/api-keys', { name: bad, role: 'staff' })],
    ['a title', '/title', (bad) => post('/v1/products', { title: bad, variants: [] })],
    ['a reason', '/reason', (bad) => post(`/v1/stock/${unique('sku')}/adjustments`, { delta: 1, reason: bad })],
  ];
  it.each(Object.entries(BAD))('is refused with a pointer, wherever it is: %s', async (_, bad) => {
    for (const [where, pointer, ask] of places) {
      const { status, body } = await ask(bad);
      expect({ where, status, code: body.code }).toEqual({ where, status: 400, code: 'http.validation-failed' });
      expect({ where, pointer: body.errors?.[0]?.pointer }).toEqual({ where, pointer });
    }
  });

  it.each([
    '/v1/products?q=%00',
    '/v1/products?cursor=%00',
    '/v1/orders?email=%00',
    '/v1/stock/%00',
    '/v1/products/%00',
  ])('is refused in a URL: %s', async (path) => {
    if (!isShown('malformed and oversized HTTP')) return;
    expect(await send('GET', path)).toMatchObject({ status: 400, body: { errors: [{ message: /NUL/ }] } });
  });

  it.each(['/v1/products?q=%ff', '/v1/products/%ed%a0%80', '/v1/stock/%c0%80'])(
    'is refused where it is no UTF-8: %s',
    async (path) => {
      if (!isShown('malformed and oversized HTTP')) return;
      expect(await send('GET', path)).toMatchObject({ status: 400, body: { code: 'http.malformed-url' } });
    },
  );

  it('is refused in a cursor, and in bytes that are no UTF-8', async () => {
    for (const position of [
      { sku: 'a\u0000' },
      { id: 'a' },
      { slug: '\u0000' },
      { id: `1${'0'.repeat(30)}` },
      7,
      null,
    ]) {
      const cursor = Buffer.from(JSON.stringify(position)).toString('base64url');
      for (const path of [
        '/v1/products',
        '/v1/stock',
        '/v1/orders',
        '/v1/categories',
        `/v1/stock/${await SKU}/adjustments`,
      ]) {
        expect((await send('GET', `${path}?cursor=${cursor}`)).status).toBeLessThan(500);
      }
    }
    const latin = Buffer.from('{"lines":[{"sku":"caf\u00e9","quantity":1}]}', 'latin1');
    expect(await post('/v1/quotes', latin)).toMatchObject({ status: 400, body: { code: 'http.malformed-json' } });
  });

  it('fails no neighbour: honest quotes and orders beside it are all answered', async () => {
    const sku = await onSale();
    const bad = ['\u0000', '\ud800', 'x'.repeat(10_000), '\u202e', ''];
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const isBad = index % 4 === 0;
        const wanted = isBad ? (bad[index % bad.length] ?? '') : sku;
        const quote = await post('/v1/quotes', { lines: [{ sku: wanted, quantity: 1 }] });
        const order = await post('/v1/orders', orderOf(wanted), key());
        return { isBad, statuses: [quote.status, order.status] };
      }),
    );
    for (const { isBad, statuses } of answers) expect(statuses).toEqual(isBad ? [400, 400] : [200, 201]);
  });
});

const SKU = onSale();

describe('values that look right', () => {
  it.each([
    '0000-01-01T00:00:00Z',
    '2026-01-01T00:00:00+16:00',
    `2026-01-01T00:00:00.${'1'.repeat(500)}Z`,
    '2026-02-30T00:00:00Z',
    '+12026-01-01T00:00:00Z',
    'yesterday',
  ])('a time that is none is refused: %s', async (time) => {
    for (const name of ['placedAfter', 'placedBefore', 'updatedAfter']) {
      const { status, body } = await send('GET', `/v1/orders?${name}=${encodeURIComponent(time)}`);
      expect({ status, pointer: body.errors?.[0]?.pointer }).toEqual({ status: 400, pointer: `/${name}` });
    }
  });

  it('a time in any offset is taken', async () => {
    expect((await send('GET', '/v1/orders?placedAfter=2026-01-01T00:00:00.123456%2B14:00')).status).toBe(200);
  });

  it('ids are found in whatever letters', async () => {
    const { id } = await placed(await SKU, { wait: 30 });
    const path = { path: { id: id.toUpperCase() } };
    expect((await asAdmin().GET('/v1/orders/{id}', { params: path })).data?.id).toBe(id);
    expect((await asAdmin().POST('/v1/orders/{id}/fulfilments', { params: path, body: {} })).data?.id).toBe(id);
    const cancelled = await asAdmin().POST('/v1/orders/{id}/cancel', { params: path, body: {} });
    expect(cancelled.response.status).toBe(409);
    await eventually(async () => {
      const { data } = await asAdmin().GET('/v1/notifications', { params: { query: { orderId: id.toUpperCase() } } });
      expect(data?.items[0]?.orderId).toBe(id);
    });
  });

  it('an e-mail filter folds case', async () => {
    const email = `${unique('buyer')}@example.com`;
    const { id } = await placed(await SKU, { email: email.replace('buyer', 'Buyer') });
    const { data } = await asAdmin().GET('/v1/orders', { params: { query: { email: email.toUpperCase() } } });
    expect(data?.items.map((order) => order.id)).toEqual([id]);
  });

  it.each(['.', '..', '', ' ', '\u200b', 'a\u00a0b', 'a\u202eb', 'x'.repeat(65)])(
    'is no SKU anywhere: %j',
    async (sku) => {
      const price = { amount: 1, currency: 'GBP' };
      const product = await post('/v1/products', { title: 'Any', variants: [{ sku, title: '', price }] });
      const order = await post('/v1/orders', orderOf(sku), key());
      const batch = await post('/v1/stock/batch', { items: [{ sku, onHand: 1 }] });
      expect([product.status, order.status]).toEqual([400, 400]);
      expect(batch.body.items).toMatchObject([{ outcome: 'refused' }]);
    },
  );

  it('space around a SKU is left out, and its length is counted in characters', async () => {
    const sku = await onSale({ sku: `${unique('sku')}${'\u{1f600}'.repeat(40)}`.slice(-100) });
    expect((await place(`  ${sku} `, {})).response.status).toBe(201);
  });
});

describe('an amount that is too much', () => {
  it.each([
    ['nesting', '['.repeat(5_000) + ']'.repeat(5_000)],
    ['nesting in a body', `{"metadata":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`],
    ['values', `{"lines":[${Array.from({ length: 60_000 }, () => '{}').join(',')}]}`],
  ])('of %s is refused, also with an Idempotency-Key', async (_, body) => {
    for (const headers of [key(), {}] as Record<string, string>[]) {
      const { status } = await post('/v1/orders', body, headers);
      expect(status).toBe(400);
    }
    expect([400, 413]).toContain((await post('/v1/accounts', body, key())).status);
  });

  it('of metadata is refused', async () => {
    const sku = await SKU;
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`key${index}`, 'x']));
    const long = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`key${index}`, 'x'.repeat(1_000)]));
    for (const metadata of [many, long]) {
      const { status, body } = await post('/v1/orders', orderOf(sku, { metadata }), key());
      expect({ status, pointer: body.errors?.[0]?.pointer }).toEqual({ status: 400, pointer: '/metadata' });
    }
  });

  it('of bytes is refused: 64 kB, but for orders and batches', async () => {
    const padding = ' '.repeat(70_000);
    expect((await post('/v1/accounts', `{"email":"a"}${padding}`)).status).toBe(413);
    expect((await post('/v1/quotes', `{"lines":[]}${padding}`)).status).toBe(400);
  });

  it('in another encoding is refused, and says which is taken', async () => {
    const body = gzipSync(JSON.stringify({ lines: [{ sku: await SKU, quantity: 1 }] }));
    const { status, headers } = await post('/v1/quotes', body, { 'content-encoding': 'gzip' });
    expect(status).toBe(415);
    expect(headers.get('accept-encoding')).toBe('identity');
  });
});

describe('a caller', () => {
  it('is authenticated before the body is read', async () => {
    const body = '['.repeat(500_000);
    expect((await post('/v1/orders', body, { authorization: 'Bearer nobody', ...key() })).status).toBe(401);
    expect((await post('/v1/nothing', body, { authorization: 'Bearer nobody' })).status).toBe(401);
  });

  it('hears of a parameter that there is not, and of a member named constructor', async () => {
    for (const path of ['/v1/orders?emial=a', '/v1/products?page=2', `/v1/products/${unique('any')}?fields=id`]) {
      const { status, body } = await send('GET', path);
      expect({ status, code: body.code }).toEqual({ status: 400, code: 'http.validation-failed' });
    }
    const { status, body } = await post('/v1/quotes', '{"lines":[],"constructor":1}');
    expect({ status, text: JSON.stringify(body.errors) }).toMatchObject({ status: 400, text: /constructor/ });
  });

  it('may leave an optional body empty', async () => {
    const order = await placed(await SKU, { wait: 30 });
    const headers = { 'content-type': 'application/json' };
    expect((await send('POST', `/v1/orders/${order.id}/cancel`, '', headers)).status).toBe(200);
    expect(
      (await send('DELETE', '/v1/dead-letters/019a0000-0000-7000-8000-000000000001', undefined, headers)).status,
    ).toBe(404);
    expect((await api().POST('/v1/sessions', { body: {} as never })).response.status).toBe(400);
  });
});
