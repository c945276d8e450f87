import { formatMoney } from '#libs/kernel';
import type { Order } from '../../orders/contract/index.js';
import type { NotificationKind } from './notification.js';
import { reasonInWords } from './reason-in-words.js';

/** An order has up to 2,000 lines; a mail is to be read. */
const MOST_LINES = 50;

export interface MailFacts {
  kind: NotificationKind;
  order: Order;
  reason?: string;
  tracking?: string;
}

/** What a mail says, whatever it is rendered as. */
export interface OrderMail {
  subject: string;
  heading: string;
  paragraphs: string[];
  number: string;
  lines: { title: string; sku: string; quantity: number; total: string }[];
  /** Lines that are not listed. */
  more: number;
  /** From the subtotal to the total: name and amount. */
  totals: [name: string, amount: string][];
}

export function orderMail(facts: MailFacts): OrderMail {
  const { order } = facts;
  const { heading, paragraphs } = told(facts);
  return {
    subject: `${heading}: ${order.number}`,
    heading,
    paragraphs: paragraphs.map(oneLine),
    number: order.number,
    lines: order.lines.slice(0, MOST_LINES).map(({ title, sku, quantity, total }) => ({
      title: oneLine(title),
      sku: oneLine(sku),
      quantity,
      total: formatMoney(total),
    })),
    more: Math.max(0, order.lines.length - MOST_LINES),
    totals: totalsOf(order),
  };
}

function told({ kind, order, reason, tracking }: MailFacts): { heading: string; paragraphs: string[] } {
  const why = reason ? [reasonInWords(reason)] : [];
  const paidBack = order.payment.method === 'none' ? [] : ['Anything you have paid for it is paid back to you.'];
  switch (kind) {
    case 'order-confirmed':
      return { heading: 'Your order is confirmed', paragraphs: ['Thank you. We write again when it is on its way.'] };
    case 'order-rejected':
      return { heading: 'Your order could not be accepted', paragraphs: [...why, 'You have not been charged.'] };
    case 'order-cancelled':
      return { heading: 'Your order is cancelled', paragraphs: [...why, ...paidBack] };
    case 'order-expired':
      return { heading: 'Your order has expired', paragraphs: [...why, ...paidBack] };
    case 'order-fulfilled':
      return {
        heading: 'Your order is on its way',
        paragraphs: ['All of it has been sent to you.', ...(tracking ? [`Tracking: ${tracking}`] : [])],
      };
  }
}

function totalsOf({ totals: { subtotal, shipping, tax, grandTotal } }: Order): OrderMail['totals'] {
  const isTaxIncluded = subtotal.amount + shipping.amount === grandTotal.amount;
  return [
    ['Subtotal', formatMoney(subtotal)],
    ['Shipping', formatMoney(shipping)],
    [isTaxIncluded && tax.amount > 0 ? 'Tax, included' : 'Tax', formatMoney(tax)],
    ['Total', formatMoney(grandTotal)],
  ];
}

/** Text of others can then not pass for a paragraph of ours. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}
