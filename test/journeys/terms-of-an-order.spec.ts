import { describe, expect, it } from '@jest/globals';
import { api, asAdmin, unique } from '../support/api.js';
import { addressIn, onSale, place } from '../support/shop.js';

type Body = NonNullable<Parameters<typeof order>[1]>;

const order = (sku: string, body: object = {}, bearer?: string) =>
  api(bearer).POST('/v1/orders', {
    params: { header: { 'Idempotency-Key': unique('key') } },
    body: { email: 'ada@example.com', lines: [{ sku, quantity: 1 }], payment: { method: 'test' }, ...body },
  });
const refused = async (sku: string, body: Body) => {
  const { error, response } = await order(sku, body);
  return { status: response.status, ...(error as object) };
};

describe('an order', () => {
  it('that costs something has to be paid; staff may order on account', async () => {
    const sku = await onSale();
    expect(await refused(sku, { payment: undefined })).toMatchObject({
      status: 422,
      code: 'orders.payment-required',
      errors: [{ pointer: '/payment' }],
    });
    const { data } = await asAdmin().POST('/v1/orders', {
      params: { header: { 'Idempotency-Key': unique('key') } },
      body: { email: 'ada@example.com', lines: [{ sku, quantity: 1 }] },
    });
    expect(data).toMatchObject({ payment: { status: 'none' } });
    expect((await order(await onSale({ price: 0 }), { payment: undefined })).response.status).toBe(201);
  });

  it.each(['UK', 'EN', 'XX', 'gb'])('ships to no country %s', async (country) => {
    expect(await refused(await onSale(), { shippingAddress: addressIn(country) })).toMatchObject({
      status: 400,
      errors: [{ pointer: '/shippingAddress/country', message: expect.stringContaining('ISO 3166-1') }],
    });
  });

  it('pays for shipping in the currency of its rule, or is refused', async () => {
    const [pounds, yen] = [await onSale(), await onSale({ currency: 'JPY' })];
    const { data } = await order(pounds, { shippingAddress: addressIn('US') });
    expect(data?.totals.shipping).toEqual({ amount: 1_495, currency: 'GBP' });
    expect(await refused(yen, { shippingAddress: addressIn('US') })).toMatchObject({
      status: 422,
      code: 'orders.no-shipping-rate',
    });
  });

  it('shows the tax of each line, and they add up', async () => {
    const sku = await onSale({ price: 333 });
    const { data } = await order(sku, { shippingAddress: addressIn('GB'), lines: [{ sku, quantity: 3 }] });
    expect(data).toMatchObject({
      lines: [{ tax: { amount: 167 }, total: { amount: 999 } }],
      totals: { tax: { amount: 167 + 66 }, taxIncluded: true, grandTotal: { amount: 999 + 395 } },
    });
  });

  it('whose total is not the expected one is refused with the quote, and accepted with it', async () => {
    const sku = await onSale({ price: 1_000 });
    const expectedTotal = { amount: 900, currency: 'GBP' };
    const { quote, ...problem } = (await refused(sku, { expectedTotal })) as unknown as {
      quote: { totals: { grandTotal: typeof expectedTotal } };
    };
    expect(problem).toMatchObject({ status: 409, code: 'orders.total-changed' });
    expect(quote.totals.grandTotal).toEqual({ amount: 1_000, currency: 'GBP' });
    expect((await order(sku, { expectedTotal: quote.totals.grandTotal })).response.status).toBe(201);
  });

  it('is in a currency that exists', async () => {
    const { response } = await asAdmin().POST('/v1/products', {
      body: { title: 'x', variants: [{ sku: unique('SKU'), title: '', price: { amount: 1, currency: 'ABC' } }] },
    });
    expect(response.status).toBe(400);
  });
});

describe('a repeat', () => {
  it('is answered though its product is no longer on sale, and so is a burst of them', async () => {
    const sku = await onSale();
    const wish = { key: unique('key'), email: `${unique('buyer')}@example.com` };
    const first = await place(sku, wish);
    expect(first.response.status).toBe(201);
    const admin = asAdmin();
    const { data: found } = await admin.GET('/v1/products', { params: { query: { sku } } });
    const product = found?.items[0];
    const archived = await admin.PATCH('/v1/products/{id}', {
      params: { path: { id: product?.id ?? '' }, header: { 'If-Match': `"${product?.version}"` } },
      body: { status: 'archived' },
    });
    expect(archived.response.status).toBe(200);
    const repeats = await Promise.all(Array.from({ length: 100 }, () => place(sku, wish)));
    for (const { response, data } of repeats) {
      expect(response.status).toBe(201);
      expect(response.headers.get('idempotent-replayed')).toBe('true');
      expect(data?.id).toBe(first.data?.id);
    }
    expect((await place(sku, { ...wish, quantity: 2 })).error).toMatchObject({ code: 'http.idempotency-key-reused' });
  });
});
