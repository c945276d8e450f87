import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { api, unique } from '../support/api.js';
import { PASSWORD, signedUp } from '../support/customer.js';
import { eventually } from '../support/eventually.js';
import { Ground } from '../support/ground.js';
import type { Server } from '../support/server.js';
import { onSale, stockOf } from '../support/shop.js';

jest.setTimeout(180_000);

describe('replicas keep nothing that a caller could miss', () => {
  let ground: Ground;
  let replicas: Server[];
  beforeAll(async () => {
    ground = await Ground.open();
    replicas = await Promise.all([ground.start(), ground.start(), ground.start()]);
  });
  afterAll(() => ground?.close());

  it('sign in on A, order on B, repeat the key on C, wait on A, cancel on B', async () => {
    const [a, b, c] = replicas.map(({ url }) => url) as [string, string, string];
    const sku = await onSale({ stock: 10, url: a });
    const { email } = await signedUp(undefined, c);
    const { data: session } = await api(undefined, a).POST('/v1/sessions', { body: { email, password: PASSWORD } });
    const token = session?.accessToken;
    const key = unique('key');
    const order = (url: string, wait = 0) =>
      api(token, url).POST('/v1/orders', {
        params: { header: { 'Idempotency-Key': key, ...(wait > 0 ? { Prefer: `wait=${wait}` } : {}) } },
        body: { email, lines: [{ sku, quantity: 2 }], payment: { method: 'test' } },
      });

    const first = await order(b);
    expect(first.response.status).toBe(201);
    const repeated = await order(c);
    expect(repeated.response.headers.get('idempotent-replayed')).toBe('true');
    expect(repeated.data?.id).toBe(first.data?.id);

    const waited = await order(a, 20);
    expect(waited.data).toMatchObject({ id: first.data?.id, status: 'confirmed', payment: { status: 'captured' } });

    const cancelled = await api(token, b).POST('/v1/orders/{id}/cancel', {
      params: { path: { id: String(first.data?.id) } },
      body: {},
    });
    expect(cancelled.data).toMatchObject({ status: 'cancelled' });
    await eventually(async () => expect(await stockOf(sku, c)).toEqual({ onHand: 10, reserved: 0, available: 10 }));
  });

  it('a session that one replica ends is over on all, and one opened goes on after its replica is gone', async () => {
    const [a, b, c] = replicas.map(({ url }) => url) as [string, string, string];
    const { email } = await signedUp(undefined, a);
    const signIn = async (url: string) =>
      (await api(undefined, url).POST('/v1/sessions', { body: { email, password: PASSWORD } })).data;
    const [kept, ended] = [await signIn(a), await signIn(b)];
    const refresh = (url: string, refreshToken = '') =>
      api(undefined, url).POST('/v1/sessions/refresh', { body: { refreshToken } });

    const out = await api(ended?.accessToken, c).DELETE('/v1/sessions/current');
    expect(out.response.status).toBe(204);
    expect((await refresh(a, ended?.refreshToken)).response.status).toBe(401);

    replicas[0]?.kill('SIGKILL');
    expect((await refresh(b, kept?.refreshToken)).response.status).toBe(200);
  });
});
