import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { asAdmin } from '../support/api.js';
import { ADMIN_KEY, spawnServer, startServer } from '../support/server.js';

jest.setTimeout(120_000);

let folder: string;
const file = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'floodgate-secrets-'));
  await writeFile(file('admin-key'), `${ADMIN_KEY}\n`);
  await writeFile(file('empty'), '\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('a secret can be a mounted file', async () => {
  const server = await startServer({
    DATA_DIR: file('data'),
    ADMIN_API_KEY: '',
    ADMIN_API_KEY_FILE: file('admin-key'),
    PROCESSES: '2', // each gets what the first has read
  });
  try {
    expect((await asAdmin(server.url).GET('/v1/api-keys')).response.status).toBe(200);
  } finally {
    await server.stop();
  }
});

it('what cannot be read, is empty or is given twice is told of, all at once, and no secret is shown', async () => {
  const server = spawnServer({
    ADMIN_API_KEY: ADMIN_KEY,
    ADMIN_API_KEY_FILE: file('admin-key'),
    SECRET_FILE: file('nowhere'),
    ORDERS_DATABASE_URL_FILE: file('empty'),
    REDIS_URL_FILE: folder,
  });
  expect(await server.exited).toBe(1);
  const said = server.output();
  for (const line of [
    /ADMIN_API_KEY_FILE: ADMIN_API_KEY is given too\. Keep one of them\./,
    /SECRET_FILE: .*nowhere cannot be read \(ENOENT\)/,
    /ORDERS_DATABASE_URL_FILE: .*empty is empty\. Write the value of ORDERS_DATABASE_URL into it\./,
    /REDIS_URL_FILE: .* cannot be read \(EISDIR\)/,
  ])
    expect(said).toMatch(line);
  expect(said).not.toContain(ADMIN_KEY);
  expect(said).not.toMatch(/^ +at /m);
});
