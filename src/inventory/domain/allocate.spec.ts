import { describe, expect, it } from '@jest/globals';
import { allocate } from './allocate.js';

const claim = (orderId: string, ...lines: [string, number][]) => ({
  orderId,
  lines: lines.map(([sku, quantity]) => ({ sku, quantity })),
});

describe('allocating stock', () => {
  it('serves first come, first served', () => {
    const result = allocate(
      [claim('a', ['tee', 2]), claim('b', ['tee', 2]), claim('c', ['tee', 1])],
      new Map([['tee', 3]]),
    );
    expect(result.reserved).toEqual(['a', 'c']);
    expect(result.refused).toEqual([{ orderId: 'b', sku: 'tee' }]);
    expect(result.taken).toEqual(new Map([['tee', 3]]));
  });

  it('gives all lines or none', () => {
    const stock = new Map([
      ['tee', 1],
      ['mug', 0],
    ]);
    const result = allocate([claim('a', ['tee', 1], ['mug', 1]), claim('b', ['tee', 1])], stock);
    expect(result.refused).toEqual([{ orderId: 'a', sku: 'mug' }]);
    expect(result.reserved).toEqual(['b']);
  });

  it('adds up lines that name the same SKU', () => {
    const result = allocate([claim('a', ['tee', 2], ['tee', 2])], new Map([['tee', 3]]));
    expect(result.refused).toEqual([{ orderId: 'a', sku: 'tee' }]);
  });

  it('refuses a SKU that has no stock row', () => {
    expect(allocate([claim('a', ['ghost', 1])], new Map()).refused).toEqual([{ orderId: 'a', sku: 'ghost' }]);
  });
});
