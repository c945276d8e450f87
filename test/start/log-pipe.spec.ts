import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { ADMIN_KEY, freePort } from '../support/server.js';
import { becomes, onSale, placed } from '../support/shop.js';

jest.setTimeout(120_000);

let dataDir: string;
let url: string;
let server: ChildProcess;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'floodgate-pipe-'));
  const port = await freePort();
  url = `http://localhost:${port}`;
  server = spawn(process.execPath, [join(import.meta.dirname, '../../dist/src/main.js')], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATA_DIR: dataDir,
      PORT: String(port),
      ADMIN_API_KEY: ADMIN_KEY,
      LOG_LEVEL: 'trace',
    },
    stdio: ['ignore', 'pipe', 'pipe'], // and nobody reads
  });
  await eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), 90_000);
});
afterAll(async () => {
  server.kill('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

it('a log that nobody reads stops nothing: lines are dropped and counted, and a SIGTERM ends the process', async () => {
  const dropped = async () =>
    Number(/^floodgate_log_lines_dropped (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]);
  // Some 10 kB of stack trace each: a refusal at debug level says little, an unreadable cursor of a trace says more.
  await eventually(async () => {
    await Promise.all(Array.from({ length: 50 }, () => fetch(`${url}/v1/products?${'q=x&'.repeat(500)}`)));
    expect(await dropped()).toBeGreaterThan(0);
  }, 60_000);
  expect((await fetch(`${url}/livez`, { signal: AbortSignal.timeout(5_000) })).status).toBe(200);
  await becomes((await placed(await onSale({ url }), { url })).id, 'confirmed', url);

  let said = '';
  server.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await eventually(() => expect(said).toMatch(/\d+ log lines were dropped/));
  server.stdout?.pause();

  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
