import { describe, expect, it, jest } from '@jest/globals';
import { api, asAdmin, unique } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { mailsTo, refuseMailTo } from '../support/mailbox.js';
import { onSale, placed } from '../support/shop.js';

jest.setTimeout(150_000);

const MESSAGE = 'notifications.send-notification';
const ABSENT = '019a0000-0000-7000-8000-000000000000';
const letter = (id: string) => ({ params: { path: { id } } });

async function deadLetters(filter: { queue?: string; message?: string; limit?: number } = {}) {
  const items = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { data } = await asAdmin().GET('/v1/dead-letters', { params: { query: { ...filter, cursor } } });
    if (!data) throw new Error('The dead letters could not be read.');
    items.push(...data.items);
    cursor = data.next;
  }
  return items;
}

async function lettersAbout(orderId: string) {
  const letters = await deadLetters({ queue: 'notifications', message: MESSAGE, limit: 100 });
  return letters.filter(({ payload }) => (payload as { orderId: string }).orderId === orderId);
}

/** Has the mail server refuse one mail for good; answers the order, its buyer and the dead letter. */
async function parked() {
  const email = `${unique('refused')}@example.com`;
  await refuseMailTo(email, 550, 1);
  const order = await placed(await onSale(), { email });
  const deadLetter = await eventually(async () => {
    const [found] = await lettersAbout(order.id);
    if (!found) throw new Error(`No dead letter about order ${order.id}.`);
    return found;
  }, 60_000);
  return { order, email, deadLetter };
}

async function notificationOf(orderId: string) {
  const { data } = await asAdmin().GET('/v1/notifications', { params: { query: { orderId } } });
  return data?.items[0];
}

describe('dead letters', () => {
  it('hold a mail whose recipient is refused, until a replay sends it', async () => {
    const { order, email, deadLetter } = await parked();
    expect(deadLetter).toMatchObject({
      queue: 'notifications',
      message: MESSAGE,
      attempts: 1,
      error: expect.stringContaining('550 refused by the test'),
    });
    expect(await notificationOf(order.id)).toMatchObject({
      status: 'failed',
      sentAt: null,
      error: expect.stringContaining('550'),
    });
    expect(await mailsTo(email)).toHaveLength(0);

    const replayed = await asAdmin().POST('/v1/dead-letters/{id}/replay', letter(deadLetter.id));
    expect(replayed.response.status).toBe(202);
    expect(replayed.data).toEqual(deadLetter);
    await eventually(async () => {
      expect(await notificationOf(order.id)).toMatchObject({ status: 'sent', error: null });
    });
    expect(await mailsTo(email)).toHaveLength(1);
    expect(await lettersAbout(order.id)).toHaveLength(0);
  });

  it('are replayed once for one Idempotency-Key, and not again without', async () => {
    const { order, email, deadLetter } = await parked();
    const replay = (key: string) =>
      asAdmin().POST('/v1/dead-letters/{id}/replay', {
        params: { path: { id: deadLetter.id }, header: { 'Idempotency-Key': key } },
      });
    const key = unique('replay');
    expect((await replay(key)).response.status).toBe(202);
    const again = await replay(key);
    expect(again.response.status).toBe(202);
    expect(again.response.headers.get('idempotent-replayed')).toBe('true');
    const other = await replay(unique('replay'));
    expect(other.response.status).toBe(404);
    expect(other.error).toMatchObject({ code: 'dead-letters.not-found' });
    await eventually(async () => expect((await notificationOf(order.id))?.status).toBe('sent'));
    expect(await mailsTo(email)).toHaveLength(1);
  });

  it('can be discarded for good', async () => {
    const { order, deadLetter } = await parked();
    const discard = () => asAdmin().DELETE('/v1/dead-letters/{id}', letter(deadLetter.id));
    expect((await discard()).response.status).toBe(204);
    expect(await lettersAbout(order.id)).toHaveLength(0);
    expect((await notificationOf(order.id))?.status).toBe('failed');
    expect((await discard()).response.status).toBe(404);
  });

  it('are listed newest first, page by page, by queue and by message', async () => {
    const [older, newer] = [await parked(), await parked()];
    const ids = (await deadLetters({ limit: 1 })).map(({ id }) => id);
    expect(ids).toEqual([...ids].sort().reverse());
    expect(ids.indexOf(newer.deadLetter.id)).toBeGreaterThanOrEqual(0);
    expect(ids.indexOf(older.deadLetter.id)).toBeGreaterThan(ids.indexOf(newer.deadLetter.id));
    expect((await deadLetters({ queue: 'inventory' })).every(({ queue }) => queue === 'inventory')).toBe(true);
    expect(await deadLetters({ message: 'nobody.says-this' })).toEqual([]);
    expect(await deadLetters({ queue: 'nowhere' })).toEqual([]);
  });

  it('are for staff, and an unknown one is not found', async () => {
    const { orderToken } = await placed(await onSale());
    const list = (token?: string) => api(token).GET('/v1/dead-letters');
    expect((await list()).response.status).toBe(401);
    expect((await list(orderToken)).response.status).toBe(403);
    const [guest, admin] = [api(orderToken), asAdmin()];
    expect((await guest.POST('/v1/dead-letters/{id}/replay', letter(ABSENT))).response.status).toBe(403);
    expect((await guest.DELETE('/v1/dead-letters/{id}', letter(ABSENT))).response.status).toBe(403);
    for (const { response, error } of [
      await admin.POST('/v1/dead-letters/{id}/replay', letter(ABSENT)),
      await admin.DELETE('/v1/dead-letters/{id}', letter(ABSENT)),
    ]) {
      expect(response.status).toBe(404);
      expect(error).toMatchObject({ code: 'dead-letters.not-found' });
    }
    expect((await admin.DELETE('/v1/dead-letters/{id}', letter('no-id'))).response.status).toBe(400);
  });
});
