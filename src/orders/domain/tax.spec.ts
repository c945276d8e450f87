import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RATE_UNITS, taxOf } from './tax.js';

/** By rational numbers: the nearest integer to n / d, the upper one of two that are equally near. */
function nearest(n: bigint, d: bigint): bigint {
  const floor = n / d;
  return 2n * (n - floor * d) >= d ? floor + 1n : floor;
}

describe('the tax of an amount', () => {
  it.each([
    [200, 7_250, false, 15], // 14.5
    [2_000, 20_000, true, 333],
    [10_000, 8_875, false, 888], // 887.5
    [1_000_000_00, 19_000, true, 15_966_387],
  ])('%i at %i is rounded half up', (amount, rate, inclusive, tax) => {
    expect(taxOf(amount, { rate, inclusive })).toBe(tax);
  });

  it('is what rational arithmetic says, for every rate and every amount', () => {
    const amounts = fc.oneof(fc.nat(100_000), fc.maxSafeNat());
    fc.assert(
      fc.property(amounts, fc.nat(RATE_UNITS), fc.boolean(), (amount, rate, inclusive) => {
        const denominator = BigInt(inclusive ? RATE_UNITS + rate : RATE_UNITS);
        expect(BigInt(taxOf(amount, { rate, inclusive }))).toBe(nearest(BigInt(amount) * BigInt(rate), denominator));
      }),
      { numRuns: 20_000 },
    );
  });

  it('at every rate of a thousandth of a percent, where halves occur', () => {
    for (let rate = 0; rate <= RATE_UNITS; rate += 1) {
      for (const inclusive of [true, false]) {
        const denominator = BigInt(inclusive ? RATE_UNITS + rate : RATE_UNITS);
        if (BigInt(taxOf(200, { rate, inclusive })) !== nearest(200n * BigInt(rate), denominator)) {
          throw new Error(`200 at ${rate}, ${inclusive}`);
        }
      }
    }
  });
});
