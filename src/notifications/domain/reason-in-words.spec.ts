import { describe, expect, it } from '@jest/globals';
import { reasonInWords } from './reason-in-words.js';

describe('a reason in words', () => {
  it('is a sentence for the codes of orders', () => {
    expect(reasonInWords('out-of-stock')).toBe('Something in it was sold out before it could be reserved for you.');
    expect(reasonInWords('payment-timeout')).toBe('The payment was not completed in time.');
  });

  it('spells out a code nobody knows, and keeps free text', () => {
    expect(reasonInWords('lost-in-warehouse')).toBe('Reason: lost in warehouse');
    expect(reasonInWords('Sent twice - sorry!')).toBe('Reason: Sent twice - sorry!');
    expect(reasonInWords('constructor')).toBe('Reason: constructor');
  });
});
