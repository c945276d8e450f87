import { formatMoney, type Money } from '#libs/kernel';
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
  /** Of a mail about a shipment: which of the order's. */
  fulfilmentId?: string;
}

/** What a mail says, whatever it is rendered as. */
export interface OrderMail {
  subject: string;
  heading: string;
  paragraphs: string[];
  number: string;
  /** Without an amount where they are a part of the order. */
  lines: { title: string; sku: string; quantity: number; total?: string }[];
  /** Lines that are not listed. */
  more: number;
  /** From the subtotal to the total: name and amount. None where the lines are a part of the order. */
  totals: [name: string, amount: string][];
}

export function orderMail(facts: MailFacts): OrderMail {
  const { order } = facts;
  const part = partOf(facts);
  const lines = part ?? order.lines;
  const { heading, paragraphs } = told(facts, part !== undefined);
  return {
    subject: `${heading}: ${order.number}`,
    heading,
    paragraphs: paragraphs.map(oneLine),
    number: order.number,
    lines: lines.slice(0, MOST_LINES).map(({ title, sku, quantity, total }) => ({
      title: oneLine(title),
      sku: oneLine(sku),
      quantity,
      total: total && formatMoney(total),
    })),
    more: Math.max(0, lines.length - MOST_LINES),
    totals: part ? [] : totalsOf(order),
  };
}

interface Line {
  title: string;
  sku: string;
  quantity: number;
  total?: Money;
}

/** The lines of the shipment that the mail is about, unless it is the only one and so all of the order. */
function partOf({ kind, order, fulfilmentId }: MailFacts): Line[] | undefined {
  const { fulfilments = [] } = order;
  if (kind !== 'order-partly-fulfilled' && (kind !== 'order-fulfilled' || fulfilments.length < 2)) return undefined;
  const titles = new Map(order.lines.map(({ sku, title }) => [sku, title]));
  const shipped = fulfilments.find(({ id }) => id === fulfilmentId)?.lines;
  return shipped?.map(({ sku, quantity }) => ({ sku, quantity, title: titles.get(sku) ?? sku }));
}

function told(
  { kind, order, reason, tracking }: MailFacts,
  isPart: boolean,
): { heading: string; paragraphs: string[] } {
  const why = reason ? [reasonInWords(reason)] : [];
  const paidBack = order.payment.method === 'none' ? [] : ['Anything you have paid for it is paid back to you.'];
  const noted = order.note ? [`Note: ${order.note}`] : [];
  const tracked = tracking ? [`Tracking: ${tracking}`] : [];
  switch (kind) {
    case 'order-confirmed':
      return { heading: 'Your order is confirmed', paragraphs: ['Thank you. We write again when it is on its way.'] };
    case 'order-rejected':
      return { heading: 'Your order could not be accepted', paragraphs: [...why, 'You have not been charged.'] };
    case 'order-cancelled':
      return { heading: 'Your order is cancelled', paragraphs: [...why, ...noted, ...paidBack] };
    case 'order-expired':
      return { heading: 'Your order has expired', paragraphs: [...why, ...paidBack] };
    case 'order-partly-fulfilled':
      return {
        heading: 'Part of your order is on its way',
        paragraphs: ['We write again when we send the rest. This is what has been sent now.', ...tracked],
      };
    case 'order-fulfilled':
      return isPart
        ? {
            heading: 'The rest of your order is on its way',
            paragraphs: ['With this, all of it has been sent to you. This is what has been sent now.', ...tracked],
          }
        : { heading: 'Your order is on its way', paragraphs: ['All of it has been sent to you.', ...tracked] };
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
