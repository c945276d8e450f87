const WORDS: Record<string, string> = {
  'out-of-stock': 'Something in it was sold out before it could be reserved for you.',
  'payment-declined': 'The payment was declined.',
  'payment-timeout': 'The payment was not completed in time.',
  timeout: 'It could not be completed in time.',
  'customer-request': 'It was cancelled on request.',
};

/** A sentence for the reason an order ended so. Staff may give any text; a code we do not know is spelt out. */
export function reasonInWords(reason: string): string {
  if (Object.hasOwn(WORDS, reason)) return WORDS[reason] ?? '';
  const isCode = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(reason);
  return `Reason: ${isCode ? reason.replaceAll('-', ' ') : reason}`;
}
