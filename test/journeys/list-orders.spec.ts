import { describe, expect, it } from '@jest/globals';
import { asAdmin } from '../support/api.js';
import { onSale, placed } from '../support/shop.js';

const list = (query: Record<string, string | number>) => asAdmin().GET('/v1/orders', { params: { query } });

describe('listing orders', () => {
  it('walks the pages by cursor, newest first, each order once, while others are placed', async () => {
    const sku = await onSale();
    const ids: string[] = [];
    for (let count = 0; count < 7; count++) ids.push((await placed(sku)).id);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { data, response } = await list({ sku, limit: 3, ...(cursor ? { cursor } : {}) });
      seen.push(...(data?.items ?? []).map(({ id }) => id));
      cursor = data?.next ?? null;
      expect(response.headers.get('link') !== null).toBe(cursor !== null);
      if (seen.length === 3) await placed(sku);
    } while (cursor);
    expect(seen).toEqual(ids.reverse());
  });

  it('filters by status, SKU and e-mail', async () => {
    const sku = await onSale({ stock: 1 });
    const first = await placed(sku, { wait: 30 });
    const second = await placed(sku, { wait: 30 });
    const idsOf = async (query: Record<string, string>) =>
      (await list({ sku, ...query })).data?.items.map(({ id }) => id);
    expect(await idsOf({ status: 'confirmed' })).toEqual([first.id]);
    expect(await idsOf({ status: 'rejected' })).toEqual([second.id]);
    expect(await idsOf({ email: first.email })).toEqual([first.id]);
  });

  it('refuses a cursor that is none', async () => {
    const { error, response } = await list({ cursor: 'nonsense' });
    expect(response.status).toBe(400);
    expect(error).toMatchObject({ code: 'http.invalid-cursor' });
  });
});
