const WORDS: Record<string, string> = {
  'out-of-stock': 'Something in it was sold out before it could be reserved for you.',
  'payment-declined': 'The payment was declined.',
  'payment-timeout': 'The payment was not completed in time.',
  timeout: 'It could not be completed in time.',
  'customer-request': 'It was cancelled on request.',
  'changed-mind': 'It was cancelled on request.',
  'found-cheaper': 'It was cancelled on request.',
  'too-slow': 'It was cancelled on request.',
  mistake: 'It was cancelled on request.',
  other: 'It was cancelled on request.',
};

/** A sentence for the reason an order ended so. A code we do not know is spelt out; 0.2.0 took any text. */
export function reasonInWords(reason: string): string {
  if (Object.hasOwn(WORDS, reason)) return WORDS[reason] ?? '';
  const isCode = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(reason);
  return `Reason: ${isCode ? reason.replaceAll('-', ' ') : reason}`;
}
