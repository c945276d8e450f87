import { describe, expect, it } from '@jest/globals';
import { api, asAdmin, unique } from '../support/api.js';
import { eventually } from '../support/eventually.js';

async function newKey(role: 'staff' | 'admin', name = unique('key')) {
  const { data, response } = await asAdmin().POST('/v1/api-keys', { body: { name, role } });
  expect(response.status).toBe(201);
  if (!data) throw new Error('no key');
  return data;
}

describe('an API key', () => {
  it('works at once, for its role', async () => {
    const [staff, admin] = [await newKey('staff'), await newKey('admin')];
    const sku = unique('SKU');
    const put = await api(staff.key).PUT('/v1/stock/{sku}', { params: { path: { sku } }, body: { onHand: 5 } });
    expect(put.data).toMatchObject({ sku, onHand: 5 });
    expect((await api(staff.key).GET('/v1/api-keys')).response.status).toBe(403);
    expect((await api(admin.key).GET('/v1/api-keys')).response.status).toBe(200);
  });

  it('is shown once: the list has its last four characters alone', async () => {
    const created = await newKey('staff', 'warehouse');
    expect(created.key).toMatch(/^fg_[\w-]{43}$/);
    const { key, ...shown } = created;
    expect(shown).toEqual({
      id: expect.any(String),
      name: 'warehouse',
      role: 'staff',
      lastFour: key.slice(-4),
      createdAt: expect.any(String),
    });
    const { data: list } = await asAdmin().GET('/v1/api-keys', { params: { query: { limit: 100 } } });
    expect(list?.items).toContainEqual(shown);
    expect(JSON.stringify(list)).not.toContain(key);
  });

  it('is listed page by page, each once', async () => {
    const ids = [await newKey('staff'), await newKey('staff'), await newKey('staff')].map(({ id }) => id);
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const { data } = await asAdmin().GET('/v1/api-keys', { params: { query: { limit: 2, cursor } } });
      listed.push(...(data?.items ?? []).map(({ id }) => id));
      cursor = data?.next ?? undefined;
    } while (cursor);
    expect(listed).toEqual(expect.arrayContaining(ids));
    expect(new Set(listed).size).toBe(listed.length);
  });

  it('stops soon after its end', async () => {
    const { id, key } = await newKey('staff');
    const sku = unique('SKU');
    const used = async () => (await api(key).GET('/v1/stock/{sku}', { params: { path: { sku } } })).response.status;
    expect(await used()).toBe(404);
    const { response } = await asAdmin().DELETE('/v1/api-keys/{id}', { params: { path: { id } } });
    expect(response.status).toBe(204);
    await eventually(async () => expect(await used()).toBe(401));
    const again = await asAdmin().DELETE('/v1/api-keys/{id}', { params: { path: { id } } });
    expect(again.error).toMatchObject({ status: 404, code: 'accounts.api-key-not-found' });
  });

  it.each(['fg_', `fg_${'x'.repeat(43)}`, 'not-a-key'])('is refused where it is none: %s', async (key) => {
    expect((await api(key).GET('/v1/api-keys')).error).toMatchObject({ status: 401, code: 'http.unauthorized' });
  });

  it('takes no Idempotency-Key', async () => {
    const { error } = await asAdmin().POST('/v1/api-keys', {
      body: { name: 'warehouse', role: 'staff' },
      headers: { 'idempotency-key': unique('key') },
    });
    expect(error).toMatchObject({ status: 400, code: 'http.idempotency-key-refused' });
  });

  it.each([{ role: 'customer' }, { role: 'staff', name: '' }, { role: 'admin', key: 'mine' }])(
    'is not made from %j',
    async (wrong) => {
      const body = { name: 'warehouse', ...wrong } as { name: string; role: 'staff' };
      const { error } = await asAdmin().POST('/v1/api-keys', { body });
      expect(error).toMatchObject({ status: 400, code: 'http.validation-failed' });
    },
  );
});
