import { expect } from '@jest/globals';
import { api, asAdmin, type Order, type PlacedOrder, shopUrl, unique } from './api.js';
import { eventually } from './eventually.js';

export interface Offer {
  stock?: number;
  price?: number;
  currency?: string;
  sku?: string;
  url?: string;
  /** Where the stock is counted, if elsewhere. */
  stockUrl?: string;
}

/** Puts a product on sale; answers its SKU. */
export async function onSale({
  stock = 100,
  price = 1_000,
  currency = 'GBP',
  sku = unique('SKU'),
  url = shopUrl(),
  stockUrl = url,
}: Offer = {}) {
  const admin = asAdmin(url);
  const { response } = await admin.POST('/v1/products', {
    body: {
      title: `Product ${sku}`,
      status: 'active',
      variants: [{ sku, title: '', price: { amount: price, currency } }],
    },
  });
  expect(response.status).toBe(201);
  await asAdmin(stockUrl).PUT('/v1/stock/{sku}', { params: { path: { sku } }, body: { onHand: stock } });
  return sku;
}

export interface Wish {
  email?: string;
  key?: string;
  quantity?: number;
  /** Beside the line of the SKU. */
  more?: { sku: string; quantity: number }[];
  method?: string;
  token?: string;
  /** Seconds of Prefer: wait; 0 answers at once. */
  wait?: number;
  bearer?: string;
  url?: string;
}

/** Orders one line as a guest, or as `bearer`, and pays with the test method. */
export async function place(sku: string, wish: Wish = {}) {
  const {
    email = `${unique('buyer')}@example.com`,
    key = unique('key'),
    quantity = 1,
    more = [],
    method = 'test',
    token,
    wait = 0,
    bearer,
    url,
  } = wish;
  return api(bearer, url).POST('/v1/orders', {
    params: { header: { 'Idempotency-Key': key, ...(wait > 0 ? { Prefer: `wait=${wait}` } : {}) } },
    body: { email, lines: [{ sku, quantity }, ...more], payment: { method, token } },
  });
}

/** Places an order that must be accepted. */
export async function placed(sku: string, wish: Wish = {}): Promise<PlacedOrder> {
  const { data, error, response } = await place(sku, wish);
  if (!data) throw new Error(`${response.status}: ${JSON.stringify(error)}`);
  return data;
}

export async function orderOf(id: string, url = shopUrl()): Promise<Order> {
  const { data, error } = await asAdmin(url).GET('/v1/orders/{id}', { params: { path: { id } } });
  if (!data) throw new Error(JSON.stringify(error));
  return data;
}

/** Waits until the order has this status. */
export async function becomes(
  id: string,
  status: Order['status'],
  url = shopUrl(),
  deadlineMs = 20_000,
): Promise<Order> {
  return eventually(async () => {
    const order = await orderOf(id, url);
    expect(order.status).toBe(status);
    return order;
  }, deadlineMs);
}

export async function stockOf(sku: string, url = shopUrl()) {
  const { data, error } = await asAdmin(url).GET('/v1/stock/{sku}', { params: { path: { sku } } });
  if (!data) throw new Error(JSON.stringify(error));
  return { onHand: data.onHand, reserved: data.reserved, available: data.available };
}

export const addressIn = (country: string) => ({
  name: 'Ada Lovelace',
  line1: '12 St James\u2019s Square',
  city: 'London',
  postalCode: 'SW1Y 4JH',
  country,
});
