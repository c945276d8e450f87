import { describe, expect, it } from '@jest/globals';
import type { Order } from '../../orders/contract/index.js';
import { mailAsHtml } from './mail-html.js';
import { mailAsText } from './mail-text.js';
import { type MailFacts, orderMail } from './order-mail.js';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const line = (title: string) => ({ sku: 'TEE', title, quantity: 2, unitPrice: gbp(1_299), total: gbp(2_598) });

function order(changes: Partial<Order> = {}): Order {
  return {
    id: '019a0000-0000-7000-8000-000000000001',
    number: '01KB-7Q2M-3XHD-9W5T',
    status: 'confirmed',
    email: 'ada@example.com',
    lines: [line('Black tee, M')],
    totals: { subtotal: gbp(2_598), shipping: gbp(399), tax: gbp(0), grandTotal: gbp(2_997) },
    payment: { status: 'captured', method: 'test' },
    metadata: {},
    placedAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...changes,
  };
}

const both = (facts: MailFacts) => {
  const mail = orderMail(facts);
  return { subject: mail.subject, text: mailAsText(mail), html: mailAsHtml(mail) };
};

describe('the mail about an order', () => {
  it('says what happened, names the order and lists what it holds, in text and in HTML', () => {
    const { subject, text, html } = both({ kind: 'order-confirmed', order: order() });
    expect(subject).toBe('Your order is confirmed: 01KB-7Q2M-3XHD-9W5T');
    expect(text).toBe(
      [
        'Your order is confirmed',
        '',
        'Thank you. We write again when it is on its way.',
        '',
        'Order number: 01KB-7Q2M-3XHD-9W5T',
        '',
        '2 x Black tee, M (TEE): £25.98',
        '',
        'Subtotal: £25.98',
        'Shipping: £3.99',
        'Tax:      £0.00',
        'Total:    £29.97',
        '',
      ].join('\n'),
    );
    for (const part of ['<h1', 'lang="en"', '01KB-7Q2M-3XHD-9W5T', 'Black tee, M', 'scope="col"', '£29.97'])
      expect(html).toContain(part);
  });

  it.each([
    ['order-rejected', 'out-of-stock', 'sold out'],
    ['order-rejected', 'payment-declined', 'payment was declined'],
    ['order-expired', 'payment-timeout', 'not completed in time'],
    ['order-cancelled', 'customer-request', 'cancelled on request'],
  ] as const)('%s for %s gives the reason in words', (kind, reason, words) => {
    const { text, html } = both({ kind, reason, order: order() });
    expect(text).toContain(words);
    expect(html).toContain(words);
  });

  it('promises money back only where something may have been paid', () => {
    const free = order({ payment: { status: 'none', method: 'none' } });
    expect(both({ kind: 'order-cancelled', order: order() }).text).toContain('paid back');
    expect(both({ kind: 'order-cancelled', order: free }).text).not.toContain('paid back');
    expect(both({ kind: 'order-rejected', order: order() }).text).toContain('not been charged');
  });

  it('names the tracking number of what is on its way', () => {
    const { text, html } = both({ kind: 'order-fulfilled', tracking: 'RM<1>', order: order() });
    expect(text).toContain('Tracking: RM<1>');
    expect(html).toContain('Tracking: RM&lt;1&gt;');
  });

  it('lists of a shipment what is in it, without prices, and says whether that is the last of the order', () => {
    const [tee, mug] = [line('Black tee, M'), { ...line('Mug'), sku: 'MUG' }];
    const shipment = (id: string, sku: string, quantity: number) => ({ id, lines: [{ sku, quantity }], createdAt: '' });
    const fulfilments = [shipment('first', 'TEE', 1), shipment('second', 'MUG', 2)];
    const parts = order({ lines: [tee, mug], fulfilments });
    const first = both({ kind: 'order-partly-fulfilled', fulfilmentId: 'first', tracking: 'RM1', order: parts });
    expect(first.subject).toBe('Part of your order is on its way: 01KB-7Q2M-3XHD-9W5T');
    expect(first.text).toContain('1 x Black tee, M (TEE)\n');
    expect(first.text).toContain('Tracking: RM1');
    const last = both({ kind: 'order-fulfilled', fulfilmentId: 'second', tracking: 'RM2', order: parts });
    expect(last.subject).toBe('The rest of your order is on its way: 01KB-7Q2M-3XHD-9W5T');
    expect(last.text).toContain('2 x Mug (MUG)\n');
    expect(last.text).toContain('Tracking: RM2');
    for (const mail of [first.text, first.html]) expect(mail).not.toMatch(/Mug|£|Total|Price/);
    for (const mail of [last.text, last.html]) expect(mail).not.toMatch(/tee|£|Total|Price/);
  });

  it('says where the tax is in the price already', () => {
    const inclusive = { subtotal: gbp(1_200), shipping: gbp(0), tax: gbp(200), grandTotal: gbp(1_200) };
    const exclusive = { subtotal: gbp(1_000), shipping: gbp(0), tax: gbp(200), grandTotal: gbp(1_200) };
    expect(both({ kind: 'order-confirmed', order: order({ totals: inclusive }) }).text).toContain(
      'Tax, included: £2.00',
    );
    expect(both({ kind: 'order-confirmed', order: order({ totals: exclusive }) }).text).not.toContain('included');
  });

  it('lists 50 lines and counts the others', () => {
    const lines = Array.from({ length: 53 }, (_, index) => line(`Product ${index}.`));
    const { text, html } = both({ kind: 'order-confirmed', order: order({ lines }) });
    for (const mail of [text, html]) {
      expect(mail).toContain('Product 49.');
      expect(mail).not.toContain('Product 50.');
      expect(mail).toContain('and 3 more');
    }
  });

  it('lets no text of others become markup or a line of ours', () => {
    const lines = [line('<script>alert("x")</script>\n\nYour order is free & cancelled')];
    const { text, html } = both({ kind: 'order-cancelled', reason: '<b>\r\nTotal: £0.00', order: order({ lines }) });
    expect(html).not.toMatch(/<script|<b>/);
    expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; Your order is free &amp; cancelled');
    expect(text).toContain('Reason: <b> Total: £0.00\n');
    expect(text).not.toMatch(/^Your order is free/m);
  });
});
