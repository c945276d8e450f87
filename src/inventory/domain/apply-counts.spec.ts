import { describe, expect, it } from '@jest/globals';
import { applyCounts, faultOf } from './apply-counts.js';

const stock = new Map([
  ['tee', { on_hand: 10, reserved: 3 }],
  ['mug', { on_hand: 0, reserved: 0 }],
]);
const created = new Set(['mug']);

describe('setting the stock of many SKUs', () => {
  it('sets what differs, and says of each what happened', () => {
    const { outcomes, changes } = applyCounts(
      [
        { sku: 'tee', onHand: 8 },
        { sku: 'mug', onHand: 5 },
      ],
      stock,
      created,
      false,
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['updated', 'created']);
    expect([...changes]).toEqual([
      ['tee', -2],
      ['mug', 5],
    ]);
  });

  it('leaves a SKU that has stock already as it is, where asked to', () => {
    const { outcomes, changes } = applyCounts([{ sku: 'tee', onHand: 100 }], stock, created, true);
    expect(outcomes).toEqual([{ sku: 'tee', outcome: 'unchanged' }]);
    expect(changes.size).toBe(0);
  });

  it('refuses one below what is reserved, and its neighbours go in', () => {
    const { outcomes, changes } = applyCounts(
      [
        { sku: 'tee', onHand: 2 },
        { sku: 'mug', onHand: 1 },
      ],
      stock,
      created,
      false,
    );
    expect(outcomes).toEqual([
      { sku: 'tee', outcome: 'refused', reason: '3 units are reserved; on hand cannot go below.' },
      { sku: 'mug', outcome: 'created' },
    ]);
    expect([...changes]).toEqual([['mug', 1]]);
  });

  it('lets the last count of a SKU win', () => {
    const counts = [9, 4, 10].map((onHand) => ({ sku: 'tee', onHand }));
    const { outcomes, changes } = applyCounts(counts, stock, created, false);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['updated', 'updated', 'updated']);
    expect([...changes]).toEqual([['tee', 0]]);
  });

  it('knows a count that cannot be', () => {
    expect(faultOf({ sku: 'tee', onHand: 1 })).toBeUndefined();
    for (const sku of ['', 'a\tb', 'x'.repeat(65)]) expect(faultOf({ sku, onHand: 1 })).toMatch(/SKU/);
    for (const onHand of [-1, 1.5, 1_000_000_001]) expect(faultOf({ sku: 'tee', onHand })).toMatch(/onHand/);
  });
});
