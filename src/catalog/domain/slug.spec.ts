import { describe, expect, it } from '@jest/globals';
import { Slug } from '../contract/index.js';
import { slugApart, slugOf, titleOf } from './slug.js';

describe('slugs', () => {
  it('are made from the words of a title', () => expect(slugOf('Crème  brûlée, 2 cups!')).toBe('creme-brulee-2-cups'));

  it('fall back where a title has no Latin letters', () => expect(slugOf('Чашка')).toBe('product'));

  it('never look like an id', () =>
    expect(slugOf('0199b2a4-7c1e-7abc-8def-0123456789ab')).toBe('product-0199b2a4-7c1e-7abc-8def-0123456789ab'));

  it.each(['x'.repeat(300), `${'word '.repeat(60)}`, 'a-', '-- --'])('fit the rule whatever the title: %s', (title) => {
    const slug = slugOf(title);
    expect(Slug.safeParse(slug).success).toBe(true);
    expect(Slug.safeParse(slugApart(slug, '0199b2a4-7c1e-7abc-8def-0123456789ab')).success).toBe(true);
  });

  it('give a category its title', () => expect(titleOf('gift-cards')).toBe('Gift cards'));
});
