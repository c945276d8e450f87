import { describe, expect, it } from '@jest/globals';
import { CURRENCIES } from './currencies.js';
import { formatMoney, minorDigits, Money } from './money.js';

describe('money', () => {
  it('has the minor units of ISO 4217, whatever Intl says', () => {
    expect(['HUF', 'IDR', 'COP', 'PKR', 'JPY', 'KWD', 'CLF'].map(minorDigits)).toEqual([2, 2, 2, 2, 0, 3, 4]);
    expect(formatMoney({ amount: 123_456, currency: 'HUF' })).toMatch(/1,234\.56/);
    expect(formatMoney({ amount: 123_456, currency: 'JPY' })).toMatch(/123,456$/);
  });

  it('is in a currency that exists, each of them, and in no other', () => {
    expect(CURRENCIES.size).toBe(165);
    for (const currency of CURRENCIES.keys()) expect(Money.safeParse({ amount: 1, currency }).success).toBe(true);
    for (const currency of ['XXX', 'AAA', 'gbp', 'HRK', 'XAU'])
      expect(Money.safeParse({ amount: 1, currency }).success).toBe(false);
  });
});
