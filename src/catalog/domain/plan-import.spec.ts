import { describe, expect, it } from '@jest/globals';
import { planImport } from './plan-import.js';
import type { ProductContent } from './product.js';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const row = (sku: string, title: string, amount: number) => ({ sku, title, price: gbp(amount) });

function product(...skus: string[]): ProductContent {
  const variants = skus.map((sku, index) => ({
    id: `00000000-0000-7000-8000-00000000000${index}`,
    sku,
    title: '',
    price: gbp(100),
    attributes: {},
  }));
  return { id: 'p', slug: 'mug', title: 'Mug', description: 'Big', status: 'active', categories: ['mugs'], variants };
}

describe('planning an import', () => {
  it('makes what is new, changes what is other, and leaves what is the same', () => {
    const known = new Map([
      ['a', product('a')],
      ['b', product('b')],
    ]);
    const plan = planImport([row('a', 'Mug', 100), row('b', 'Mug', 120), row('c', 'Cup', 90)], known);
    expect(plan.outcomes.map(({ outcome }) => outcome)).toEqual(['unchanged', 'updated', 'created']);
    expect(plan.changed).toEqual([{ ...product('b'), variants: [{ ...product('b').variants[0], price: gbp(120) }] }]);
    expect(plan.added).toMatchObject([{ slug: 'cup-c', title: 'Cup', status: 'active', slugIsDerived: true }]);
  });

  it('takes rows of one SKU one after the other: the last one stands, written once', () => {
    const plan = planImport([row('a', 'Mug', 100), row('a', 'Mug', 120), row('a', 'Mug', 120)], new Map());
    expect(plan.outcomes.map(({ outcome }) => outcome)).toEqual(['created', 'updated', 'unchanged']);
    expect(plan.added).toHaveLength(1);
    expect(plan.added[0]?.variants[0]?.price).toEqual(gbp(120));
  });

  it('writes nothing where the last row says what is there already', () => {
    const plan = planImport([row('a', 'Mug', 120), row('a', 'Mug', 100)], new Map([['a', product('a')]]));
    expect(plan.outcomes.map(({ outcome }) => outcome)).toEqual(['updated', 'updated']);
    expect([...plan.added, ...plan.changed]).toEqual([]);
  });

  it('holds SKUs apart that differ by case', () => {
    expect(planImport([row('abc', 'Mug', 1), row('ABC', 'Mug', 1)], new Map()).added).toHaveLength(2);
  });

  it('refuses a row that cannot be read, and a product with several variants, and nothing else', () => {
    const known = new Map([['a', product('a', 'b')]]);
    const plan = planImport([{ sku: '', reason: 'sku: missing' }, row('a', 'Mug', 1), row('c', 'Cup', 1)], known);
    expect(plan.outcomes.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'created']);
    expect(plan.outcomes[1]?.reason).toContain('several variants');
  });
});
