import { describe, expect, it } from '@jest/globals';
import { api, asAdmin, unique } from '../support/api.js';
import { place } from '../support/shop.js';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const NEVER = '01890a5d-ac96-774b-bcce-b302099a8057';

async function created(draft: { description?: string; categories?: string[] } = {}) {
  const sku = unique('SKU');
  const { data, error } = await asAdmin().POST('/v1/products', {
    body: { title: `Product ${sku}`, ...draft, variants: [{ sku, price: gbp(1_000) }] },
  });
  if (!data) throw new Error(JSON.stringify(error));
  return data;
}

const read = (id: string) => api().GET('/v1/products/{id}', { params: { path: { id } } });

const patch = (id: string, ifMatch: string, body: { title?: string; slug?: string; status?: 'archived' }) =>
  asAdmin().PATCH('/v1/products/{id}', { params: { path: { id }, header: { 'If-Match': ifMatch } }, body });

describe('changing a product', () => {
  it('names the version it starts from, and answers the next one', async () => {
    const product = await created({ description: 'Old' });
    const { data, response } = await patch(product.id, '"1"', { title: 'New title' });
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBe('"2"');
    expect(data).toEqual({ ...product, title: 'New title', version: 2, updatedAt: data?.updatedAt });
    expect((await read(product.id)).data).toEqual(data);
  });

  it('is refused without a version, with an old one, and with none at all', async () => {
    const { id } = await created();
    await patch(id, '"1"', { title: 'Second' });
    const stale = await patch(id, '"1"', { title: 'Third' });
    expect([stale.response.status, stale.error?.code]).toEqual([412, 'http.precondition-failed']);
    const missing = await asAdmin().PATCH('/v1/products/{id}', {
      params: { path: { id }, header: {} as never },
      body: { title: 'Third' },
    });
    expect([missing.response.status, missing.error?.code]).toEqual([428, 'http.precondition-required']);
    expect((await read(id)).data?.title).toBe('Second');
    expect((await patch(NEVER, '"1"', { title: 'x' })).error?.detail).toBe('Product not found');
  });

  it('lets one of two editors win', async () => {
    const { id } = await created();
    const answers = await Promise.all(['Ada', 'Bob'].map((title) => patch(id, '"1"', { title })));
    expect(answers.map(({ response }) => response.status).sort()).toEqual([200, 412]);
    const won = answers.find(({ response }) => response.ok);
    expect((await read(id)).data).toEqual(won?.data);
  });

  it('is a merge patch: null removes, what is absent stays, a list is replaced', async () => {
    const { id, variants } = await created({ description: 'Heavy', categories: ['shirts', 'summer'] });
    const [variant] = variants;
    const sku = unique('SKU');
    const { data } = await asAdmin().PATCH('/v1/products/{id}', {
      params: { path: { id }, header: { 'If-Match': '"1"' } },
      headers: { 'Content-Type': 'application/merge-patch+json' },
      body: {
        description: null,
        categories: ['winter'],
        variants: [
          { sku, title: 'L', price: gbp(2_000), attributes: { size: 'L' } },
          { id: variant?.id, sku: variant?.sku ?? '', price: gbp(900) },
        ],
      },
    });
    expect(data).toMatchObject({
      description: '',
      categories: ['winter'],
      variants: [
        { sku, title: 'L', price: gbp(2_000), attributes: { size: 'L' } },
        { id: variant?.id, price: gbp(900) },
      ],
    });
    const removed = await asAdmin().PATCH('/v1/products/{id}', {
      params: { path: { id }, header: { 'If-Match': '"2"' } },
      body: { title: null as never },
    });
    expect(removed.error?.errors?.[0]?.pointer).toBe('/title');
  });

  it("does not take another product's SKU or slug", async () => {
    const [mine, other] = [await created(), await created()];
    const variants = [{ sku: other.variants[0]?.sku ?? '', price: gbp(1) }];
    const bySku = await asAdmin().PATCH('/v1/products/{id}', {
      params: { path: { id: mine.id }, header: { 'If-Match': '"1"' } },
      body: { variants },
    });
    expect([bySku.response.status, bySku.error?.code]).toEqual([409, 'catalog.sku-taken']);
    const bySlug = await patch(mine.id, '"1"', { slug: other.slug });
    expect([bySlug.response.status, bySlug.error?.code]).toEqual([409, 'catalog.slug-taken']);
    expect((await read(mine.id)).data).toEqual(mine);
  });

  it('is seen by the next order at once', async () => {
    const { id, variants } = await created();
    const sku = variants[0]?.sku ?? '';
    const quoted = async () => {
      const { data } = await api().POST('/v1/quotes', { body: { lines: [{ sku, quantity: 1 }] } });
      return data?.lines[0]?.unitPrice;
    };
    expect(await quoted()).toEqual(gbp(1_000));
    await asAdmin().PATCH('/v1/products/{id}', {
      params: { path: { id }, header: { 'If-Match': '"1"' } },
      body: { variants: [{ sku, price: gbp(750) }] },
    });
    expect(await quoted()).toEqual(gbp(750));
    await patch(id, '"2"', { status: 'archived' });
    expect((await place(sku)).error).toMatchObject({ code: 'orders.unknown-sku' });
  });
});
