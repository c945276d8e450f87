import { Fault } from './command.js';

/** The sign before the decimals. */
export type Decimal = '.' | ',';

const NUMBERS = { '.': /^([+-]?)(\d{1,12})(?:\.(\d*))?$/, ',': /^([+-]?)(\d{1,12})(?:,(\d*))?$/ };

export function decimalOf(sign: string): Decimal {
  if (sign === '.' || sign === ',') return sign;
  throw new Fault(`--decimal takes . or , and not "${sign}".`);
}

export const isDecimal = (text: string, decimal: Decimal) => NUMBERS[decimal].test(text);

/**
 * A decimal price in minor units, exactly: `2.55` is 255 with 2 digits. Works on the text, never on a float, which would
 * make 1.15 into 114. Answers the reason where it is no price above 0.
 */
export function minorUnits(text: string, digits: number, decimal: Decimal): number | { reason: string } {
  const parts = NUMBERS[decimal].exec(text);
  if (!parts)
    return { reason: text === '' ? 'no price' : `the price "${text}" is not a decimal number with "${decimal}"` };
  const [, sign, whole = '', fraction = ''] = parts;
  const needed = fraction.replace(/0+$/, '');
  if (needed.length > digits) return { reason: `the price ${text} has more than ${digits} decimals` };
  const amount = Number(whole + needed.padEnd(digits, '0'));
  return amount > 0 && sign !== '-' ? amount : { reason: `the price ${text} is not above 0` };
}
