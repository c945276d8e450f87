import { describe, expect, it, jest } from '@jest/globals';
import { api, asAdmin, unique } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { partsOf } from '../support/mail-parts.js';
import { mailsTo, refuseMailTo } from '../support/mailbox.js';
import { onSale, placed } from '../support/shop.js';

jest.setTimeout(150_000);

const buyer = () => `${unique('buyer')}@example.com`;

/** Waits until these notifications, and no others, are sent; answers them oldest first. */
async function told(orderId: string, ...kinds: string[]) {
  return eventually(async () => {
    const { data } = await asAdmin().GET('/v1/notifications', { params: { query: { orderId } } });
    const items = [...(data?.items ?? [])].reverse();
    expect(items.map(({ kind, status }) => `${kind} ${status}`)).toEqual(kinds.map((kind) => `${kind} sent`));
    return items;
  }, 60_000);
}

const inOrder = (id: string) => ({ params: { path: { id } } });

describe('the e-mails about an order', () => {
  it('tell once that it is confirmed, in text and in HTML', async () => {
    const [sku, email] = [await onSale({ price: 1_299 }), buyer()];
    const order = await placed(sku, { email, quantity: 2, wait: 30 });
    const [notification] = await told(order.id, 'order-confirmed');
    expect(notification).toMatchObject({ orderId: order.id, to: email, error: null });
    expect(Date.parse(notification?.sentAt ?? '')).toBeGreaterThanOrEqual(Date.parse(order.placedAt));

    const mails = await mailsTo(email);
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatchObject({ to: [email], from: 'orders@floodgate.example' });
    const { headers, text, html } = partsOf(mails[0]?.raw ?? '');
    expect(headers.to).toBe(email);
    expect(headers.subject).toBe(`Your order is confirmed: ${order.number}`);
    expect(headers['message-id']).toBe(`<${notification?.id}@floodgate.example>`);
    for (const part of [text, html]) for (const word of [order.number, sku, '£25.98']) expect(part).toContain(word);
    expect(html).toMatch(/^<!doctype html>/);
  });

  it.each([
    { why: 'the stock is short', stock: 0, token: 'tok_ok', words: 'sold out' },
    { why: 'the payment is declined', stock: 1, token: 'tok_declined', words: 'payment was declined' },
  ])('tell that it is rejected because $why', async ({ stock, token, words }) => {
    const [sku, email] = [await onSale({ stock }), buyer()];
    const order = await placed(sku, { email, token });
    await told(order.id, 'order-rejected');
    const mails = await mailsTo(email);
    expect(mails).toHaveLength(1);
    const { headers, text, html } = partsOf(mails[0]?.raw ?? '');
    expect(headers.subject).toBe(`Your order could not be accepted: ${order.number}`);
    expect(text).toContain(words);
    expect(html).toContain(words);
  });

  it('tell that it is cancelled, and why', async () => {
    const email = buyer();
    const order = await placed(await onSale(), { email, wait: 30 });
    await told(order.id, 'order-confirmed'); // before the next: two workers may take them in any order
    await asAdmin().POST('/v1/orders/{id}/cancel', {
      ...inOrder(order.id),
      body: { reason: 'other', note: 'lost <in> the post' },
    });
    await told(order.id, 'order-confirmed', 'order-cancelled');
    const mails = (await mailsTo(email)).map(({ raw }) => partsOf(raw));
    const cancelled = mails.filter(({ headers }) => headers.subject === `Your order is cancelled: ${order.number}`);
    expect([mails.length, cancelled.length]).toEqual([2, 1]);
    expect(cancelled[0]?.text).toContain('Note: lost <in> the post');
    expect(cancelled[0]?.html).toContain('Note: lost &lt;in&gt; the post');
  });

  it('tell that it is fulfilled, with the tracking number', async () => {
    const email = buyer();
    const order = await placed(await onSale(), { email, wait: 30 });
    await told(order.id, 'order-confirmed'); // before the next: two workers may take them in any order
    await asAdmin().POST('/v1/orders/{id}/fulfilments', { ...inOrder(order.id), body: { tracking: 'RM123456789GB' } });
    await told(order.id, 'order-confirmed', 'order-fulfilled');
    const mails = (await mailsTo(email)).map(({ raw }) => partsOf(raw));
    const fulfilled = mails.filter(({ headers }) => headers.subject === `Your order is on its way: ${order.number}`);
    expect([mails.length, fulfilled.length]).toEqual([2, 1]);
    expect(fulfilled[0]?.text).toContain('Tracking: RM123456789GB');
  });

  it('tell of each shipment what is in it, and of the last that it is the last', async () => {
    const [[tee, mug], email] = [await Promise.all([onSale(), onSale()]), buyer()];
    const order = await placed(tee, { email, quantity: 2, more: [{ sku: mug, quantity: 1 }], wait: 30 });
    await told(order.id, 'order-confirmed'); // before the next: two workers may take them in any order
    const ship = (body: { lines?: { sku: string; quantity: number }[]; tracking: string }) =>
      asAdmin().POST('/v1/orders/{id}/fulfilments', { ...inOrder(order.id), body });
    await ship({ lines: [{ sku: tee, quantity: 1 }], tracking: 'RM1' });
    await told(order.id, 'order-confirmed', 'order-partly-fulfilled');
    await ship({ lines: [{ sku: mug, quantity: 1 }], tracking: 'RM2' });
    await told(order.id, 'order-confirmed', 'order-partly-fulfilled', 'order-partly-fulfilled');
    await ship({ tracking: 'RM3' });
    await told(order.id, 'order-confirmed', 'order-partly-fulfilled', 'order-partly-fulfilled', 'order-fulfilled');
    const mails = (await mailsTo(email)).map(({ raw }) => partsOf(raw));
    const [, first, second, last] = mails.map(({ headers, text }) => `${headers.subject}\n${text}`);
    expect(mails).toHaveLength(4);
    for (const [mail, part, mine, other, tracking] of [
      [first, 'Part of your order', `1 x`, mug, 'RM1'],
      [second, 'Part of your order', `1 x`, tee, 'RM2'],
      [last, 'The rest of your order', `1 x`, mug, 'RM3'],
    ]) {
      expect(mail).toMatch(new RegExp(`^${part} is on its way: ${order.number}`));
      expect(mail).toContain(mine);
      expect(mail).toContain(`Tracking: ${tracking}`);
      expect(mail).not.toContain(`(${other})`);
    }
  });

  it('are tried again when the mail server is busy, and come once', async () => {
    const email = buyer();
    await refuseMailTo(email, 451, 2);
    const order = await placed(await onSale(), { email });
    const [notification] = await told(order.id, 'order-confirmed');
    expect(notification?.error).toBeNull();
    expect(await mailsTo(email)).toHaveLength(1);
  });
});

describe('the list of notifications', () => {
  it('pages from the newest to the oldest', async () => {
    const order = await placed(await onSale(), { wait: 30 });
    await told(order.id, 'order-confirmed');
    await asAdmin().POST('/v1/orders/{id}/cancel', { ...inOrder(order.id), body: {} });
    await told(order.id, 'order-confirmed', 'order-cancelled');

    const list = (cursor?: string) =>
      asAdmin().GET('/v1/notifications', { params: { query: { orderId: order.id, limit: 1, cursor } } });
    const first = await list();
    expect(first.data?.items.map(({ kind }) => kind)).toEqual(['order-cancelled']);
    expect(first.response.headers.get('link')).toContain('rel="next"');
    const second = await list(first.data?.next ?? '');
    expect(second.data).toMatchObject({ items: [{ kind: 'order-confirmed' }], next: null });
  });

  it('is for staff, and says what is wrong with a question', async () => {
    const order = await placed(await onSale());
    const list = (token?: string, orderId?: string) =>
      api(token).GET('/v1/notifications', { params: { query: { orderId } } });
    expect((await list()).response.status).toBe(401);
    expect((await list(order.orderToken, order.id)).response.status).toBe(403);
    const { error } = await asAdmin().GET('/v1/notifications', { params: { query: { orderId: 'no-id' } } });
    expect(error).toMatchObject({ code: 'http.validation-failed', errors: [{ pointer: '/orderId' }] });
  });
});
