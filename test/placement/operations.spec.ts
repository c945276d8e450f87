import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { Ground } from '../support/ground.js';
import { freePort, spawnServer } from '../support/server.js';

jest.setTimeout(120_000);

let ground: Ground;
beforeAll(async () => {
  ground = await Ground.open();
});
afterAll(() => ground?.close());

it.each([
  ['nowhere', ''],
  ['on that port alone', 'another'],
])('outside of the embedded default operations are where OPS_PORT says: %s', async (_, apart) => {
  const [port, opsPort] = [await freePort(), await freePort()];
  const server = spawnServer({ ...ground.env, PORT: String(port), OPS_PORT: apart && String(opsPort), PROCESSES: '2' });
  const status = async (at: number, path: string) => (await fetch(`http://localhost:${at}${path}`)).status;
  try {
    await eventually(async () => expect(await status(port, '/v1/categories')).toBe(200), 60_000);
    for (const path of ['/livez', '/readyz', '/metrics']) {
      expect([path, await status(port, path)]).toEqual([path, 404]);
      if (apart) await eventually(async () => expect([path, await status(opsPort, path)]).toEqual([path, 200]));
    }
  } finally {
    await server.stop();
  }
});
