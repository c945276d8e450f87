import { describe, expect, it } from '@jest/globals';
import { canHaveTypos, swaps, typosBetween, wordsOf } from './words.js';

describe('the words of a text', () => {
  it('are lower case, without accents and punctuation', () => {
    expect(wordsOf('Café-Crème, 12oz "Müller"')).toEqual(['cafe', 'creme', '12oz', 'muller']);
  });

  it('keep the letters of other scripts', () => {
    expect(wordsOf('Чашка 커피 हिन्दी')).toEqual(['чашка', '커피', 'हिन्दी']);
  });

  it('are none where there is nothing to read', () => expect(wordsOf(' !!! ')).toEqual([]));
});

describe('typos', () => {
  it.each([
    ['hodie', 'hoodie', 1],
    ['hoodiee', 'hoodie', 1],
    ['jaxket', 'jacket', 1],
    ['balck', 'black', 1],
    ['headfones', 'headphones', 2],
    ['mug', 'mug', 0],
  ])('%s for %s: %i', (a, b, edits) => expect(typosBetween(a, b, 2)).toBe(edits));

  it('are counted no further than the limit', () => expect(typosBetween('tee', 'teapots', 2)).toBeGreaterThan(2));

  it('are looked for in words of four letters and more, never in codes', () => {
    expect(['mugs', 'mug', '85123a'].map(canHaveTypos)).toEqual([true, false, false]);
  });

  it('swap each pair of neighbours once', () => expect(swaps('abc')).toEqual(['bac', 'acb']));
});
