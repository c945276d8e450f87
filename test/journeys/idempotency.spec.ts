import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { api, asAdmin, shopUrl, unique } from '../support/api.js';
import { becomes, onSale, place, placed, stockOf } from '../support/shop.js';

describe('an Idempotency-Key', () => {
  it('repeated answers 201 with the same order, as it is now', async () => {
    const sku = await onSale();
    const wish = { key: randomUUID(), email: `${unique('ada')}@example.com` };
    const first = await placed(sku, wish);
    await becomes(first.id, 'confirmed');
    const second = await place(sku, wish);
    expect(second.response.status).toBe(201);
    expect(second.response.headers.get('idempotent-replayed')).toBe('true');
    expect(second.data).toMatchObject({ id: first.id, status: 'confirmed', orderToken: first.orderToken });
  });

  it('that can be guessed gives the token of the order to the first caller only', async () => {
    const sku = await onSale();
    const wish = { key: '1', email: `${unique('ada')}@example.com` };
    const first = await placed(sku, wish);
    expect(first.orderToken).toMatch(/^ot_/);
    const { data } = await place(sku, wish);
    expect(data?.id).toBe(first.id);
    expect(data).not.toHaveProperty('orderToken');
  });

  it('of one stranger who signs up is no key of another', async () => {
    const signUp = (email: string) =>
      api().POST('/v1/accounts', {
        params: { header: { 'Idempotency-Key': '1' } },
        body: { email, password: 'correct horse battery staple' },
      });
    const [ada, bob] = [`${unique('ada')}@example.com`, `${unique('bob')}@example.com`];
    const first = await signUp(ada);
    const second = await signUp(bob);
    expect([first.response.status, second.response.status]).toEqual([201, 201]);
    expect(second.data?.email).toBe(bob);
    const again = await signUp(ada.toUpperCase());
    expect(again.response.status).toBe(422); // the key is hers, the body is another
    expect((await signUp(ada)).data?.id).toBe(first.data?.id);
  });

  it('sent fifty times at once places one order', async () => {
    const sku = await onSale({ stock: 50 });
    const wish = { key: unique('key'), email: `${unique('ada')}@example.com`, wait: 30 };
    const answers = await Promise.all(Array.from({ length: 50 }, () => place(sku, wish)));
    expect(answers.map(({ response }) => response.status)).toEqual(Array(50).fill(201));
    expect(new Set(answers.map(({ data }) => data?.id)).size).toBe(1);
    const replayed = answers.filter(({ response }) => response.headers.get('idempotent-replayed') === 'true');
    expect(replayed).toHaveLength(49);
    expect((await stockOf(sku)).available).toBe(49);
  });

  it('with another body is refused', async () => {
    const sku = await onSale();
    const wish = { key: unique('key'), email: `${unique('ada')}@example.com` };
    await placed(sku, wish);
    const { error, response } = await place(sku, { ...wish, quantity: 2 });
    expect(response.status).toBe(422);
    expect(error).toMatchObject({ code: 'http.idempotency-key-reused' });
  });

  it('of one buyer is no key of another', async () => {
    const sku = await onSale();
    const key = unique('key');
    const [ada, bob] = [await placed(sku, { key }), await placed(sku, { key })];
    expect(ada.id).not.toBe(bob.id);
  });

  it('is taken bare or quoted', async () => {
    const sku = await onSale();
    const [key, email] = [unique('key'), `${unique('ada')}@example.com`];
    const bare = await placed(sku, { key, email });
    expect((await placed(sku, { key: `"${key}"`, email })).id).toBe(bare.id);
  });

  it('is required to place an order', async () => {
    const answer = await fetch(`${shopUrl()}/v1/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ada@example.com', lines: [{ sku: 'X', quantity: 1 }] }),
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'http.idempotency-key-missing' });
  });

  it('makes a stock adjustment happen once', async () => {
    const sku = await onSale({ stock: 10 });
    const header = { 'Idempotency-Key': unique('key') };
    const adjust = () =>
      asAdmin().POST('/v1/stock/{sku}/adjustments', {
        params: { path: { sku }, header },
        body: { delta: 5, reason: 'found' },
      });
    const answers = await Promise.all([adjust(), adjust(), adjust()]);
    expect(answers.map(({ data }) => data?.onHand)).toEqual([15, 15, 15]);
    expect((await stockOf(sku)).onHand).toBe(15);
  });

  it('stays with the caller: nobody reads an order through it', async () => {
    const sku = await onSale();
    const order = await placed(sku);
    expect((await api().GET('/v1/orders/{id}', { params: { path: { id: order.id } } })).response.status).toBe(401);
  });
});
