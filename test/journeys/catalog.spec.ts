import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { api, asAdmin, shopUrl, unique } from '../support/api.js';
import { customer } from '../support/customer.js';
import { place } from '../support/shop.js';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const NEVER = '01890a5d-ac96-774b-bcce-b302099a8057';

type Draft = Partial<{ slug: string; title: string; description: string; status: 'draft' | 'active' | 'archived'; categories: string[] }>; // prettier-ignore

const create = (draft: Draft = {}, sku = unique('SKU')) =>
  asAdmin().POST('/v1/products', {
    body: { title: `Product ${sku}`, ...draft, variants: [{ sku, price: gbp(1_000) }] },
  });

async function created(draft: Draft = {}, sku?: string) {
  const { data, error } = await create(draft, sku);
  if (!data) throw new Error(JSON.stringify(error));
  return data;
}

const read = (id: string, client = api()) => client.GET('/v1/products/{id}', { params: { path: { id } } });

/** What the typed client would not send. */
const raw = (path: string, init: RequestInit & { headers?: Record<string, string> }) =>
  fetch(`${shopUrl()}${path}`, init);

describe('a product', () => {
  it('is read by its id and by its slug', async () => {
    const title = unique('Crème Teapot');
    const { data, response } = await create({ title, description: 'Six cups', categories: ['kitchen', 'kitchen'] });
    expect(response.status).toBe(201);
    expect(data).toMatchObject({
      title,
      description: 'Six cups',
      status: 'active',
      categories: ['kitchen'],
      variants: [{ title: '', price: gbp(1_000), attributes: {} }],
      version: 1,
    });
    expect(data?.slug).toBe(title.toLowerCase().replace('crème teapot', 'creme-teapot'));
    expect(response.headers.get('location')).toBe(`/v1/products/${data?.id}`);
    for (const name of [data?.id, data?.id.toUpperCase(), data?.slug]) {
      expect((await read(name ?? '')).data).toEqual(data);
    }
  });

  it.each(['no-such-product', NEVER, 'a b', '-'.repeat(200)])('that is not there is a 404: %s', async (name) => {
    const response = await raw(`/v1/products/${name}`, {});
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'catalog.not-found', detail: 'Product not found' });
  });

  it('may be kept by caches for a moment, and is not sent again to who has it', async () => {
    const { id } = await created();
    const { response } = await read(id);
    expect(response.headers.get('etag')).toBe('"1"');
    expect(response.headers.get('cache-control')).toMatch(/^public, max-age=\d$/);
    const again = await raw(`/v1/products/${id}`, { headers: { 'If-None-Match': '"1"' } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    await asAdmin().PATCH('/v1/products/{id}', {
      params: { path: { id }, header: { 'If-Match': '"1"' } },
      body: { title: 'Another' },
    });
    expect((await raw(`/v1/products/${id}`, { headers: { 'If-None-Match': '"1"' } })).status).toBe(200);
  });

  it('is found by its slug where its title looks like an id', async () => {
    const title = randomUUID();
    const { slug, id } = await created({ title });
    expect((await read(slug)).data?.id).toBe(id);
  });

  it('gets a slug of its own when its title is taken; a slug that is asked for is refused', async () => {
    const title = unique('Mug');
    const [first, second] = [await created({ title }), await created({ title })];
    expect(second.slug).toMatch(new RegExp(`^${first.slug}-[0-9a-f]{8}$`));
    const { error, response } = await create({ slug: first.slug });
    expect(response.status).toBe(409);
    expect(error).toMatchObject({ code: 'catalog.slug-taken' });
  });

  it('does not share its SKU; SKUs that differ by case are two', async () => {
    const sku = unique('sku');
    await created({}, sku);
    await created({}, sku.toUpperCase());
    const { error, response } = await create({}, sku);
    expect(response.status).toBe(409);
    expect(error).toMatchObject({ code: 'catalog.sku-taken', detail: expect.stringContaining(sku) });
    const listed = await api().GET('/v1/products', { params: { query: { sku } } });
    expect(listed.data?.items.map(({ variants }) => variants[0]?.sku)).toEqual([sku]);
  });

  it('cannot be drafted wrong', async () => {
    const variant = { sku: unique('SKU'), price: gbp(1) };
    const post = (body: object) => asAdmin().POST('/v1/products', { body: body as never });
    for (const [body, pointer] of [
      [{ title: '', variants: [variant] }, '/title'],
      [{ title: ' \u00a0\u200b', variants: [variant] }, '/title'],
      [{ title: 'x', variants: [] }, '/variants'],
      [{ title: 'x', variants: [variant, variant] }, '/variants'],
      [{ title: 'x', variants: [{ ...variant, price: gbp(-1) }] }, '/variants/0/price/amount'],
      [{ title: 'x', variants: [{ ...variant, price: gbp(1.5) }] }, '/variants/0/price/amount'],
      [{ title: 'x', variants: [{ ...variant, price: { amount: 1, currency: 'XQX' } }] }, '/variants/0/price/currency'],
      [{ title: 'x', variants: [{ ...variant, sku: 'a\u0000b' }] }, '/variants/0/sku'],
      [{ title: 'half a pair \ud800', variants: [variant] }, '/title'],
      [{ title: 'x', slug: 'Not A Slug', variants: [variant] }, '/slug'],
      [{ title: 'x', slug: NEVER, variants: [variant] }, '/slug'],
    ] as const) {
      const { error, response } = await post(body);
      expect([response.status, error?.errors?.[0]?.pointer]).toEqual([400, pointer]);
    }
  });

  it('is made once by a repeated request', async () => {
    const sku = unique('SKU');
    const post = () =>
      asAdmin().POST('/v1/products', {
        params: { header: { 'Idempotency-Key': sku } },
        body: { title: sku, variants: [{ sku, price: gbp(1) }] },
      });
    const [first, second] = [await post(), await post()];
    expect([first.response.status, second.response.status]).toEqual([201, 201]);
    expect(second.data).toEqual(first.data);
    expect(second.response.headers.get('idempotent-replayed')).toBe('true');
  });
});

describe('what is not on sale', () => {
  it.each(['draft', 'archived'] as const)('is for staff alone: %s', async (status) => {
    const category = unique('hidden').toLowerCase();
    const { id, slug, variants } = await created({ status, categories: [category] });
    expect((await read(id)).error?.detail).toBe('Product not found');
    expect((await read(slug)).response.status).toBe(404);
    const staff = await read(id, asAdmin());
    expect(staff.data?.status).toBe(status);
    expect(staff.response.headers.get('cache-control')).toBe('private, no-store');
    const listed = (client = api(), query = {}) =>
      client.GET('/v1/products', { params: { query: { category, ...query } } });
    expect((await listed()).data?.items).toEqual([]);
    expect((await listed(asAdmin())).data?.items.map((product) => product.id)).toEqual([id]);
    expect((await listed(asAdmin(), { status })).data?.items).toHaveLength(1);
    expect((await listed(asAdmin(), { status: 'active' })).data?.items).toEqual([]);
    expect((await listed(api(), { status })).response.status).toBe(401);
    expect((await place(variants[0]?.sku ?? '')).error).toMatchObject({ code: 'orders.unknown-sku' });
  });

  it('is gone for good when it is deleted, and its SKU is free again', async () => {
    const { id, slug, variants } = await created();
    const remove = (ifMatch?: string) =>
      asAdmin().DELETE('/v1/products/{id}', {
        params: { path: { id }, header: ifMatch === undefined ? {} : { 'If-Match': ifMatch } },
      });
    expect((await remove('"9"')).response.status).toBe(412);
    expect((await remove()).response.status).toBe(204);
    expect((await remove()).response.status).toBe(404);
    expect((await read(slug, asAdmin())).response.status).toBe(404);
    await created({}, variants[0]?.sku);
  });
});

describe('the catalog', () => {
  it('is changed by staff alone', async () => {
    const { id } = await created();
    const body = { title: 'x', variants: [{ sku: unique('SKU'), price: gbp(1) }] };
    const { accessToken } = await customer();
    for (const [client, status] of [
      [api(), 401],
      [api(accessToken), 403],
    ] as const) {
      const params = { path: { id }, header: { 'If-Match': '"1"' } };
      const answers = [
        await client.POST('/v1/products', { body }),
        await client.POST('/v1/products/batch', { body: { items: [{ sku: 'x', title: 'x', price: gbp(1) }] } }),
        await client.PATCH('/v1/products/{id}', { params, body: { title: 'x' } }),
        await client.DELETE('/v1/products/{id}', { params }),
      ];
      expect(answers.map(({ response }) => response.status)).toEqual([status, status, status, status]);
    }
    expect((await read(id)).data?.version).toBe(1);
  });

  it('has the categories that its products on sale are in', async () => {
    const category = unique('gift-cards').toLowerCase();
    await created({ categories: [category] });
    await created({ categories: [category] });
    await created({ categories: [category], status: 'draft' });
    const found: unknown[] = [];
    let cursor: string | undefined;
    do {
      const { data } = await api().GET('/v1/categories', { params: { query: { limit: 2, cursor } } });
      found.push(...(data?.items ?? []));
      cursor = data?.next ?? undefined;
    } while (cursor);
    expect(found).toContainEqual({
      slug: category,
      title: category.replaceAll('-', ' ').replace('gift', 'Gift'),
      products: 2,
    });
  });
});
