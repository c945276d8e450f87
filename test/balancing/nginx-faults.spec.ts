import { once } from 'node:events';
import { connect } from 'node:net';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Nginx, startNginx } from '../support/nginx.js';
import { ask } from '../support/request-from.js';
import { freePort } from '../support/server.js';

interface Peer {
  port: number;
  /** Methods of the requests it got. */
  got: string[];
  close: () => void;
}

/** What docker/nginx/nginx.conf promises, shown with peers that behave badly. */
describe('nginx between a caller and a bad peer', () => {
  const peers: Peer[] = [];
  let nginx: Nginx;
  let good: Peer;
  let breaks: Peer;

  beforeAll(async () => {
    good = await peer((request, response) => response.end(JSON.stringify(request.headers)));
    breaks = await peer((request) => request.socket.destroy()); // it had the whole request: who knows what it did
    peers.push(good, breaks);
    const upstreams = { floodgate: [good.port], broken: [breaks.port, good.port], nobody: [await freePort()] };
    const routes = { '/v1/broken': 'broken', '/v1/nobody': 'nobody' };
    nginx = await startNginx({ upstreams, routes });
  });
  afterAll(async () => {
    await nginx?.stop();
    for (const { close } of peers) close();
  });

  it('never sends a POST twice that a replica may have processed', async () => {
    good.got.length = 0;
    breaks.got.length = 0;
    const answers = [];
    for (let sent = 0; sent < 4; sent += 1)
      answers.push(await ask(`${nginx.url}/v1/broken`, { method: 'POST', body: '{}' }));
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBe(breaks.got.length);
    expect(refused.length).toBeGreaterThan(0);
    expect(good.got.length + breaks.got.length).toBe(4);
    for (const { headers, body } of refused) {
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(headers['retry-after']).toBe('2');
      expect(headers['x-request-id']).toBeTruthy();
      expect(JSON.parse(body)).toMatchObject({ status: 503, code: 'http.unavailable' });
    }
  });

  it('asks another replica again what only reads', async () => {
    await nginx.reload({ upstreams: { floodgate: [breaks.port, good.port] } }); // forgets what failed
    const answers = await Promise.all(Array.from({ length: 4 }, () => ask(nginx.url)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(answers.some(({ upstreams }) => upstreams.length === 2)).toBe(true);
  });

  it('answers a problem where no replica can be reached', async () => {
    await nginx.reload({ upstreams: { floodgate: [await freePort(), await freePort()] } });
    const answer = await ask(nginx.url);
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body)).toMatchObject({ title: 'Service Unavailable', code: 'http.unavailable' });
  });

  it.each([
    ['GET /v1/products/%00?q="', 400, 'http.malformed-request', '/'],
    ['GET /v1/products', 400, 'http.malformed-request', '/v1/products', 'Content-Length: -1'],
    ['TRACE /v1/products', 405, 'http.method-not-allowed', '/v1/products'],
    ['POST /v1/orders', 413, 'http.body-too-large', '/v1/orders', 'Content-Length: 3000000'],
    [`GET /${'long'.repeat(10_000)}`, 414, 'http.uri-too-long', '/'],
    ['GET /', 431, 'http.headers-too-large', '/', `X-Much: ${'x'.repeat(40_000)}`],
  ])('refuses by a problem what it does not pass on, number %#', async (start, status, code, instance, header = '') => {
    const answer = await said(nginx.port, [`${start} HTTP/1.1`, 'Host: shop', 'Connection: close', header]);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(/^content-type: application\/problem\+json; charset=utf-8\r$/im);
    const problem: unknown = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
    const traceId: unknown = expect.stringMatching(/^[0-9a-f]{32}$/);
    expect(problem).toMatchObject({ status, code, instance, traceId, type: `urn:floodgate:error:${code}` });
  });

  it('tells a replica who calls, and keeps the id of the request', async () => {
    await nginx.reload({ upstreams: { floodgate: [good.port] } });
    const forged = { 'x-forwarded-for': '10.9.8.7', 'x-request-id': 'request-7', connection: 'upgrade', upgrade: 'x' };
    const answer = await ask(nginx.url, { from: '127.0.7.1', headers: forged });
    const seen = JSON.parse(answer.body) as IncomingHttpHeaders;
    expect(seen).toMatchObject({
      host: `127.0.0.1:${nginx.port}`,
      'x-forwarded-for': '10.9.8.7, 127.0.7.1',
      'x-forwarded-proto': 'http',
      'x-request-id': 'request-7',
    });
    expect(seen.connection).toBeUndefined(); // kept alive, as HTTP/1.1 does
    const named = JSON.parse((await ask(nginx.url)).body) as IncomingHttpHeaders;
    expect(named['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
  });

  it('sends a path to the module that serves it, and loses nothing while it learns that', async () => {
    let done = false;
    const statuses = new Set<number>();
    const caller = (async () => {
      while (!done) statuses.add((await ask(`${nginx.url}/v1/stock`)).status);
    })();
    const other = await peer((_, response) => response.end('inventory'));
    peers.push(other);
    const upstreams = { floodgate: [good.port], inventory: [other.port] };
    await nginx.reload({ upstreams, routes: { '/v1/stock': 'inventory' } });
    for (const [path, expected] of [
      ['/v1/stock', other],
      ['/v1/stock/SKU?x=1', other],
      ['/v1/stocks', good],
      ['/', good],
    ] as const) {
      // prettier-ignore
      expect((await ask(`${nginx.url}${path}`)).upstreams).toEqual([`127.0.0.1:${expected.port}`]);
    }
    done = true;
    await caller;
    expect([...statuses]).toEqual([200]);
  });
});

/** All that comes back for these lines of a request, which node:http would not send. Its side stays open, as a caller's. */
async function said(port: number, lines: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1').setTimeout(20_000, () => socket.destroy(new Error('No answer in 20 s.')));
  socket.write(`${lines.filter(Boolean).join('\r\n')}\r\n\r\n`);
  return text(socket);
}

async function peer(listener: RequestListener): Promise<Peer> {
  const got: string[] = [];
  const server: Server = createServer((request, response) => {
    request.resume().on('end', () => {
      got.push(request.method ?? '');
      listener(request, response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port: (server.address() as { port: number }).port, got, close };
}
