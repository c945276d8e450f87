import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdmin } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { partsOf } from '../support/mail-parts.js';
import { type Server, startServer } from '../support/server.js';
import { becomes, onSale, placed } from '../support/shop.js';

describe('without SMTP_URL', () => {
  let dataDir: string;
  let server: Server;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'floodgate-mail-'));
    server = await startServer({ DATA_DIR: dataDir, ORDER_DEADLINE_SECONDS: '1' });
  }, 90_000);

  afterAll(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('an order that expires leaves one .eml file, which says so', async () => {
    const { url } = server;
    const email = 'ada@example.com';
    const order = await placed(await onSale({ url }), { url, email, token: 'tok_slow' });
    await becomes(order.id, 'expired', url);
    await eventually(async () => {
      const { data } = await asAdmin(url).GET('/v1/notifications', { params: { query: { orderId: order.id } } });
      expect(data?.items).toMatchObject([{ kind: 'order-expired', status: 'sent', to: email }]);
    });

    const files = await readdir(join(dataDir, 'mail'));
    expect(files).toEqual([expect.stringMatching(/^[0-9a-f-]{36}-order-expired\.eml$/)]);
    const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    expect(await modeOf(join(dataDir, 'mail'))).toBe('700');
    expect(await modeOf(join(dataDir, 'mail', files[0] ?? ''))).toBe('600');
    const { headers, text, html } = partsOf(await readFile(join(dataDir, 'mail', files[0] ?? ''), 'utf8'));
    expect(headers).toMatchObject({ to: email, subject: `Your order has expired: ${order.number}` });
    expect(text).toContain('The payment was not completed in time.');
    expect(html).toContain(order.number);
  }, 60_000);
});
