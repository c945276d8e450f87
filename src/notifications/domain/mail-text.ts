import type { OrderMail } from './order-mail.js';

export function mailAsText({ heading, paragraphs, number, lines, more, totals }: OrderMail): string {
  const width = Math.max(...totals.map(([name]) => name.length)) + 2;
  return [
    heading,
    '',
    ...paragraphs.flatMap((paragraph) => [paragraph, '']),
    `Order number: ${number}`,
    '',
    ...lines.map(({ title, sku, quantity, total }) => `${quantity} x ${title} (${sku})${total ? `: ${total}` : ''}`),
    ...(more > 0 ? [`and ${more} more`] : []),
    '',
    ...(totals.length > 0 ? [...totals.map(([name, amount]) => `${`${name}:`.padEnd(width)}${amount}`), ''] : []),
  ].join('\n');
}
