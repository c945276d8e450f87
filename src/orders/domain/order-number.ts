const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // Crockford's base 32: no I, L, O, U

const DIGITS = /^[0-9A-HJKMNP-TV-Z]{16}$/;
const grouped = (digits: string) => digits.replace(/(.{4})(?!$)/g, '$1-');

/**
 * The number people read out: 80 bits of the id (its time, its bucket, 20 random bits) in four groups of four. Derived,
 * so there is no sequence to queue for, and it sorts by time.
 */
export function orderNumber(id: string): string {
  const hex = id.replaceAll('-', '');
  let rest = BigInt(`0x${hex.slice(0, 12)}${hex.slice(13, 16)}${hex.slice(27)}`);
  let text = '';
  for (let digit = 0; digit < 16; digit++) {
    text = ALPHABET.charAt(Number(rest & 31n)) + text;
    rest >>= 5n;
  }
  return grouped(text);
}

/**
 * Reads a number as people write it: in small letters, without dashes, with the letters that Crockford's alphabet takes
 * for digits. Undefined where it is none.
 */
export function parseOrderNumber(text: string): string | undefined {
  const digits = text.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return DIGITS.test(digits) ? grouped(digits) : undefined;
}

/** The ids that an order of this number may have: its bucket, and the first and the last id. */
export function idsOfNumber(number: string): { bucket: number; first: string; last: string } {
  let value = 0n;
  for (const digit of number.replaceAll('-', '')) value = value * 32n + BigInt(ALPHABET.indexOf(digit));
  const hex = value.toString(16).padStart(20, '0');
  const prefix = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(12, 15)}`;
  return {
    bucket: Number.parseInt(hex.slice(12, 15), 16),
    first: `${prefix}-0000-000000000000`,
    last: `${prefix}-ffff-ffffffffffff`,
  };
}
