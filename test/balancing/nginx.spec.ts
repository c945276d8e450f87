import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { unique } from '../support/api.js';
import type { Algorithm } from '../support/nginx-config.js';
import { type Nginx, startNginx } from '../support/nginx.js';
import { Ground } from '../support/ground.js';
import type { Server } from '../support/server.js';
import { type Answer, ask } from '../support/request-from.js';
import { onSale } from '../support/shop.js';
import { type SlowProxy, slowProxy } from '../support/slow-proxy.js';

jest.setTimeout(240_000);

const SLOW_MS = 400;
const PATH = '/v1/products?limit=1';

/** Three replicas, the third behind a delay; each algorithm of docker/nginx by real nginx. */
describe('nginx', () => {
  let ground: Ground;
  let replicas: Server[];
  let slow: SlowProxy;
  let ports: number[];
  let nginx: Nginx;

  beforeAll(async () => {
    ground = await Ground.open();
    replicas = await Promise.all([1, 2, 3].map(() => ground.start({ TRUST_PROXY: '1' })));
    const [first = 0, second = 0, third = 0] = replicas.map(({ url }) => Number(new URL(url).port));
    slow = await slowProxy(third, SLOW_MS);
    ports = [first, second, slow.port];
    nginx = await startNginx({ upstreams: { floodgate: ports } });
  });
  afterAll(async () => {
    await nginx?.stop();
    await slow?.stop();
    await ground?.close();
  });

  const balanceBy = (algorithm: Algorithm) => nginx.reload({ upstreams: { floodgate: ports }, algorithm });

  it('round robin spreads evenly, also to the slow one', async () => {
    await balanceBy('round-robin');
    const shares = sharesOf(await load(nginx.url, 300), ports);
    for (const share of shares) expectBetween(share, 0.31, 0.36);
  });

  it('least connections spares the slow one', async () => {
    await balanceBy('least-conn');
    const [first = 0, second = 0, slowOne = 0] = sharesOf(await load(nginx.url, 300), ports);
    expect(slowOne).toBeGreaterThan(0);
    expect(slowOne).toBeLessThan(Math.min(first, second) / 2);
  });

  it('IP hash keeps a client where it was, and moves only the clients of a dead one', async () => {
    await balanceBy('ip-hash');
    const clients = Array.from({ length: 30 }, (_, index) => `127.0.${index + 1}.1`);
    const before = await placesOf(nginx.url, clients);
    for (const port of ports) expect([...before.values()]).toContain(`127.0.0.1:${port}`);
    for (let round = 0; round < 3; round += 1) expect(await placesOf(nginx.url, clients)).toEqual(before);

    const [, victim] = replicas;
    victim?.kill('SIGKILL');
    await victim?.exited;
    const dead = `127.0.0.1:${ports[1]}`;
    for (let round = 0; round < 3; round += 1) {
      const after = await placesOf(nginx.url, clients);
      for (const [client, place] of before) {
        if (place === dead) expect(after.get(client)).not.toBe(dead);
        else expect([client, after.get(client)]).toEqual([client, place]);
      }
    }
  });

  it('costs nobody an error where a replica is dead, not even who orders', async () => {
    await balanceBy('round-robin'); // forgets who is dead, so that some requests meet it
    const sku = await onSale({ url: nginx.url });
    const answers = await Promise.all(Array.from({ length: 12 }, () => order(nginx.url, sku)));
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(201));
    expect(answers.filter(({ upstreams }) => upstreams.length > 1).length).toBeGreaterThan(0);
  });
});

/** A POST: nginx must not send it twice, but may go on to another replica where it reached none. */
function order(url: string, sku: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': unique('key') };
  const lines = [{ sku, quantity: 1 }];
  const body = JSON.stringify({ email: 'ada@example.com', lines, payment: { method: 'test' } });
  return ask(`${url}/v1/orders`, { method: 'POST', headers, body });
}

/** So many requests, twelve in flight at any time. */
async function load(url: string, count: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  let left = count;
  const caller = async () => {
    while (left-- > 0) answers.push(await ask(`${url}${PATH}`));
  };
  await Promise.all(Array.from({ length: 12 }, caller));
  return answers;
}

/** Which part of the requests each replica answered; all of them had to succeed at the first try. */
function sharesOf(answers: Answer[], ports: number[]): number[] {
  for (const { status, upstreams } of answers) expect([status, upstreams.length]).toEqual([200, 1]);
  return ports.map(
    (port) => answers.filter(({ upstreams }) => upstreams[0] === `127.0.0.1:${port}`).length / answers.length,
  );
}

/** Client -> the replica that answers it. */
async function placesOf(url: string, clients: string[]): Promise<Map<string, string | undefined>> {
  const answers = await Promise.all(clients.map((from) => ask(`${url}${PATH}`, { from })));
  for (const { status } of answers) expect(status).toBe(200);
  return new Map(clients.map((client, index) => [client, answers[index]?.upstreams.at(-1)]));
}

function expectBetween(share: number | undefined, least: number, most: number): void {
  expect(share).toBeGreaterThanOrEqual(least);
  expect(share).toBeLessThanOrEqual(most);
}
