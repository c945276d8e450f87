import { describe, expect, it } from '@jest/globals';
import { before, isFinal } from './order-status.js';

describe('the state machine of an order', () => {
  it('leaves pending once, to one of four ends', () => {
    for (const status of ['confirmed', 'rejected', 'expired'] as const) expect(before(status)).toEqual(['pending']);
  });

  it('lets a confirmed order still be cancelled, but only a confirmed one be fulfilled', () => {
    expect(before('cancelled')).toEqual(['pending', 'confirmed']);
    expect(before('fulfilled')).toEqual(['confirmed']);
  });

  it('never comes back to pending', () => {
    expect(before('pending')).toEqual([]);
    expect(isFinal('expired')).toBe(true);
    expect(isFinal('confirmed')).toBe(false);
  });
});
