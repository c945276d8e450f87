import { describe, expect, it } from '@jest/globals';
import { api, asAdmin, unique } from '../support/api.js';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });

async function importing(items: object[], key?: string) {
  const { data, error, response } = await asAdmin().POST('/v1/products/batch', {
    params: { header: key === undefined ? {} : { 'Idempotency-Key': key } },
    body: { items: items as never },
  });
  if (!data) throw new Error(`${response.status}: ${JSON.stringify(error)}`);
  return data.items;
}

const outcomes = async (items: object[]) => (await importing(items)).map(({ outcome }) => outcome);

async function bySku(sku: string) {
  const { data } = await api().GET('/v1/products', { params: { query: { sku } } });
  return data?.items[0];
}

describe('importing products', () => {
  it('makes a product of one variant for each SKU, and changes nothing the second time', async () => {
    const [a, b] = [unique('A'), unique('B')];
    const rows = [
      { sku: a, title: 'White hanging heart', price: gbp(255), description: 'Wood', categories: ['hearts'] },
      { sku: b, title: 'Lantern', price: gbp(339) },
    ];
    expect(await outcomes(rows)).toEqual(['created', 'created']);
    const product = await bySku(a);
    expect(product).toMatchObject({
      title: 'White hanging heart',
      description: 'Wood',
      status: 'active',
      categories: ['hearts'],
      variants: [{ sku: a, title: '', price: gbp(255) }],
      version: 1,
    });
    expect(await outcomes(rows)).toEqual(['unchanged', 'unchanged']);
    expect(await bySku(a)).toEqual(product);
  });

  it('changes what a row names and leaves the rest', async () => {
    const sku = unique('SKU');
    await importing([{ sku, title: 'Lantern', price: gbp(100), description: 'Tin', categories: ['garden'] }]);
    const before = await bySku(sku);
    expect(await outcomes([{ sku, title: 'Lantern', price: gbp(90) }])).toEqual(['updated']);
    const after = await bySku(sku);
    expect(after).toEqual({
      ...before,
      variants: [{ ...before?.variants[0], price: gbp(90) }],
      version: 2,
      updatedAt: after?.updatedAt,
    });
  });

  it('refuses a bad row by itself, with the reason', async () => {
    const [good, better, bad] = [unique('good'), unique('better'), unique('bad')];
    const items = await importing([
      { sku: good, title: 'Good', price: gbp(1) },
      { sku: bad, title: '', price: gbp(-1) },
      { sku: bad, title: 'Bad\u0000', price: gbp(1) },
      { sku: bad, title: 'Bad', price: { amount: 1, currency: 'pounds' } },
      { title: 'No SKU', price: gbp(1) },
      [],
      { sku: better, title: 'Better', price: gbp(1) },
    ]);
    expect(items.map(({ sku, outcome }) => [sku, outcome])).toEqual([
      [good, 'created'],
      [bad, 'refused'],
      [bad, 'refused'],
      [bad, 'refused'],
      ['', 'refused'],
      ['', 'refused'],
      [better, 'created'],
    ]);
    expect(items[1]?.reason).toMatch(/title: .+; price\.amount: .+/);
    expect(items.filter(({ reason }) => reason === undefined)).toHaveLength(2);
    expect(await bySku(bad)).toBeUndefined();
  });

  it('holds SKUs apart that differ by case, also in their slugs', async () => {
    const sku = unique('case').toLowerCase();
    const rows = [sku, sku.toUpperCase()].map((each) => ({ sku: each, title: 'Same title', price: gbp(1) }));
    expect(await outcomes(rows)).toEqual(['created', 'created']);
    const products = [await bySku(sku), await bySku(sku.toUpperCase())];
    expect(new Set(products.map((product) => product?.slug)).size).toBe(2);
    expect(await outcomes(rows)).toEqual(['unchanged', 'unchanged']);
  });

  it('lets the last row of a SKU stand', async () => {
    const sku = unique('SKU');
    const rows = [100, 120, 110].map((amount) => ({ sku, title: 'Lantern', price: gbp(amount) }));
    expect(await outcomes(rows)).toEqual(['created', 'updated', 'updated']);
    expect(await bySku(sku)).toMatchObject({ version: 1, variants: [{ price: gbp(110) }] });
  });

  it('leaves a product of several variants to its editors', async () => {
    const [small, large] = [unique('S'), unique('L')];
    await asAdmin().POST('/v1/products', {
      body: { title: 'Tee', variants: [small, large].map((sku) => ({ sku, price: gbp(100) })) },
    });
    const [refused] = await importing([{ sku: small, title: 'Tee, small', price: gbp(1) }]);
    expect(refused).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('several variants') });
  });

  it('takes the same rows from two importers at once, and makes each product once', async () => {
    const rows = Array.from({ length: 50 }, () => ({ sku: unique('SKU'), title: 'Lantern', price: gbp(1) }));
    const answers = await Promise.all([outcomes(rows), outcomes([...rows].reverse()), outcomes(rows)]);
    expect(answers.flat().filter((outcome) => outcome === 'created')).toHaveLength(50);
    expect(answers.flat().filter((outcome) => outcome === 'unchanged')).toHaveLength(100);
  });

  it('takes 500 rows, not 501', async () => {
    const rows = Array.from({ length: 501 }, () => ({ sku: unique('SKU'), title: 'Lantern', price: gbp(1) }));
    expect(new Set(await outcomes(rows.slice(1)))).toEqual(new Set(['created']));
    const { response } = await asAdmin().POST('/v1/products/batch', { body: { items: rows } });
    expect(response.status).toBe(400);
  });
});
