const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // Crockford's base 32: no I, L, O, U

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
  return text.replace(/(.{4})(?!$)/g, '$1-');
}
