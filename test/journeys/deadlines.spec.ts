import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { shopUrl } from '../support/api.js';
import { isShown } from '../topologies/opt-outs.js';

const HEAD = 'POST /v1/quotes HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n';

/** Sends a part of a request, then a byte of `drip` again and again; answers what came until the connection was closed. */
async function sendSlowly(start: string, drip?: string) {
  const { hostname, port } = new URL(shopUrl());
  const began = Date.now();
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  socket.write(start);
  const dripping = setInterval(() => drip && socket.writable && socket.write(drip), 500);
  const late = setTimeout(() => socket.destroy(), 50_000);
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(dripping);
  clearTimeout(late);
  const [head = '', body = '{}'] = answer.split('\r\n\r\n');
  return { head, problem: JSON.parse(body || '{}') as object, seconds: (Date.now() - began) / 1_000 };
}

describe('a request that does not arrive', () => {
  // Documented: 15 s for the headers, 30 s for the whole; the rest is leave for a slow machine.
  it.concurrent.each([
    ['half of the headers', 25, HEAD, undefined],
    ['headers byte by byte', 25, `${HEAD}x-slow: `, 'a'],
    ['half of a body', 40, `${HEAD}\r\n{"lines":`, undefined],
    ['a body byte by byte', 40, `${HEAD}\r\n{"lines":`, ' '],
  ])('%s: is told so, and its connection ends', async (_, mostSeconds, start, drip) => {
    if (!isShown('deadlines of a request')) return;
    const { head, problem, seconds } = await sendSlowly(start, drip);
    expect(head).toMatch(/^HTTP\/1\.1 408 .*application\/problem\+json/s);
    expect(problem).toMatchObject({ code: 'http.request-timeout', traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(seconds).toBeLessThan(mostSeconds);
  });
});
