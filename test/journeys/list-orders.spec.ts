import { describe, expect, it } from '@jest/globals';
import { asAdmin } from '../support/api.js';
import { eventually } from '../support/eventually.js';
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

  it('finds an order by its number, as people write it', async () => {
    const order = await placed(await onSale());
    const idsOf = async (number: string) => (await list({ number })).data?.items.map(({ id }) => id);
    expect(await idsOf(order.number)).toEqual([order.id]);
    expect(await idsOf(order.number.toLowerCase().replaceAll('-', ' '))).toEqual([order.id]);
    expect(await idsOf('0000-0000-0000-0000')).toEqual([]);
    expect((await list({ number: 'INV-1' })).error).toMatchObject({ errors: [{ pointer: '/number' }] });
  });

  it('takes after for inclusive and before for exclusive, so that two windows share no order and miss none', async () => {
    const sku = await onSale();
    const orders = await Promise.all(Array.from({ length: 20 }, () => placed(sku)));
    const [border] = orders.map(({ placedAt }) => placedAt).sort().slice(10); // prettier-ignore
    const idsOf = async (query: Record<string, string>) =>
      (await list({ sku, limit: 100, ...query })).data?.items.map(({ id }) => id) ?? [];
    const windows = [...(await idsOf({ placedAfter: border ?? '' })), ...(await idsOf({ placedBefore: border ?? '' }))];
    expect(windows.sort()).toEqual((await idsOf({})).sort());
    expect(await idsOf({ placedAfter: border ?? '' })).toContain(orders.find((one) => one.placedAt === border)?.id);
  });

  it('tells who goes on from the last change of each change, in their order', async () => {
    const sku = await onSale();
    const orders = await Promise.all(Array.from({ length: 7 }, () => placed(sku, { quantity: 2, wait: 30 })));
    const [shipped] = orders;
    await asAdmin().POST('/v1/orders/{id}/fulfilments', {
      params: { path: { id: shipped?.id ?? '' } },
      body: { lines: [{ sku, quantity: 1 }] },
    });
    const since = orders.map(({ placedAt }) => placedAt).sort()[0] ?? '';
    const read = async () => {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof list>> = await list({
          sort: 'updatedAt',
          updatedAfter: since,
          limit: 3,
          ...(cursor ? { cursor } : {}),
        });
        seen.push(...(page.data?.items ?? []).map(({ id, updatedAt }) => `${updatedAt} ${id}`));
        cursor = page.data?.next ?? null;
      } while (cursor);
      return seen;
    };
    await eventually(async () => {
      const seen = await read();
      expect(seen).toEqual([...new Set(seen)].sort());
      const mine = seen.map((line) => line.split(' ')[1]).filter((id) => orders.some((order) => order.id === id));
      expect(mine).toHaveLength(7);
      expect(mine.at(-1)).toBe(shipped?.id);
    });
  });

  it('refuses a cursor that is none', async () => {
    const { error, response } = await list({ cursor: 'nonsense' });
    expect(response.status).toBe(400);
    expect(error).toMatchObject({ code: 'http.invalid-cursor' });
  });
});
