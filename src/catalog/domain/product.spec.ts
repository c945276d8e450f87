import { describe, expect, it } from '@jest/globals';
import { contentOf, lowestAmount, patched } from './product.js';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const tee = contentOf('tee', {
  slug: 'tee',
  title: 'Tee',
  description: 'Soft',
  categories: ['shirts', 'shirts'],
  variants: [
    { sku: 'TEE-S', price: gbp(1200) },
    { sku: 'TEE-M', price: gbp(1000), attributes: { size: 'M' } },
  ],
});

describe('a product', () => {
  it('is active, in each category once', () => expect(tee).toMatchObject({ status: 'active', categories: ['shirts'] }));

  it('lists at its cheapest variant', () => expect(lowestAmount(tee)).toBe(1000));
});

describe('patching a product', () => {
  it('leaves what the patch does not name', () => {
    expect(patched(tee, { title: 'Shirt' })).toEqual({ ...tee, title: 'Shirt' });
  });

  it('removes by null', () => {
    expect(patched(tee, { description: null, categories: null })).toMatchObject({ description: '', categories: [] });
  });

  it('keeps the id of a variant, by its SKU or by its id under another SKU', () => {
    const [small, medium] = tee.variants;
    const after = patched(tee, {
      variants: [
        { sku: 'TEE-M', price: gbp(900) },
        { id: small?.id, sku: 'TEE-XS', price: gbp(900) },
        { sku: 'TEE-L', price: gbp(900) },
      ],
    });
    expect(after.variants.slice(0, 2).map(({ id }) => id)).toEqual([medium?.id, small?.id]);
    expect(new Set(after.variants.map(({ id }) => id)).size).toBe(3);
  });

  it('refuses the id of a variant it does not have', () => {
    const variants = [{ id: 'another', sku: 'TEE-S', price: gbp(1) }];
    expect(() => patched(tee, { variants })).toThrow('no variant with that id');
  });
});
