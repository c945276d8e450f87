import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { ChannelCredentials, Client, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { makeCertificates } from '../support/certificates.js';
import { Ground } from '../support/ground.js';
import { freePort, SECRET, type Server, spawnServer } from '../support/server.js';
import { onSale, place } from '../support/shop.js';
import { askCredential } from '../../libs/messaging/src/asks/wire.js';

jest.setTimeout(120_000);

const MB = 1_048_576;
const ACCOUNTS_GRPC_URL = '127.0.0.1:9';
let ground: Ground;
let folder: string;
let catalog: Server;
let port: number;
beforeAll(async () => {
  ground = await Ground.open();
  port = await freePort();
  folder = await mkdtemp(join(tmpdir(), 'floodgate-grpc-'));
  catalog = await ground.start({ MODULES: 'catalog', GRPC_PORT: String(port), ACCOUNTS_GRPC_URL });
});
afterAll(async () => {
  await ground?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A call with no question in it. */
const EMPTY = Buffer.from('\n\x14catalog.quote-prices');

/** The status of a call. */
async function called(message: Buffer, authorization?: string, credentials = ChannelCredentials.createInsecure()) {
  const client = new Client(`localhost:${port}`, credentials);
  const metadata = new Metadata();
  if (authorization) metadata.set('authorization', authorization);
  const deadline = Date.now() + 20_000;
  const same = (buffer: Buffer) => buffer;
  try {
    return await new Promise<number>((resolve) => {
      const told = (error: ServiceError | null) => resolve(error?.code ?? status.OK);
      client.makeUnaryRequest('/floodgate.Asks/Ask', same, same, message, metadata, { deadline }, told);
    });
  } finally {
    client.close();
  }
}

/** The most memory that the process has held, in MB. */
async function peakOf({ pid }: Server): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1]) / 1_024;
}

it('a stranger is UNAUTHENTICATED before a byte of what it sends is kept', async () => {
  const before = await peakOf(catalog);
  for (const authorization of [undefined, askCredential('another-secret-altogether')]) {
    const codes = await Promise.all(Array.from({ length: 8 }, () => called(Buffer.alloc(48 * MB), authorization)));
    expect(codes).toEqual(codes.map(() => status.UNAUTHENTICATED));
  }
  expect((await peakOf(catalog)) - before).toBeLessThan(60);
});

it('who knows the secret is held to a length', async () => {
  expect(await called(EMPTY, askCredential(SECRET))).toBe(status.OK);
  expect(await called(Buffer.alloc(9 * MB), askCredential(SECRET))).toBe(status.RESOURCE_EXHAUSTED);
});

it('it listens on 127.0.0.1 unless another address is named', async () => {
  const [refused] = (await once(connect(port, '127.0.0.2'), 'error')) as [NodeJS.ErrnoException];
  expect(refused.code).toBe('ECONNREFUSED');
});

it('with GRPC_TLS_DIR they ask by TLS, and take nobody in who shows no certificate of theirs', async () => {
  const { ca, key, cert } = await makeCertificates(folder);
  await rename(key, join(folder, 'tls.key'));
  await rename(cert, join(folder, 'tls.crt'));
  await catalog.stop();
  const env = { GRPC_TLS_DIR: folder, ACCOUNTS_GRPC_URL };
  const rest = 'accounts,inventory,payments,orders,notifications,console';
  const [, others] = await Promise.all([
    ground.start({ ...env, MODULES: 'catalog', GRPC_PORT: String(port), PORT: new URL(catalog.url).port }),
    ground.start({ ...env, MODULES: rest, CATALOG_GRPC_URL: `localhost:${port}` }),
  ]);
  const sku = await onSale({ url: catalog.url, stockUrl: others.url });
  expect((await place(sku, { url: others.url })).response.status).toBe(201);
  const noCertificate = ChannelCredentials.createSsl(await readFile(ca));
  for (const credentials of [undefined, noCertificate]) {
    expect(await called(EMPTY, askCredential(SECRET), credentials)).toBe(status.UNAVAILABLE);
  }
});

it('a folder without a usable certificate is told of in a line', async () => {
  const server = spawnServer({ ...ground.env, MODULES: 'catalog', GRPC_PORT: '1', GRPC_TLS_DIR: '/nowhere', PORT: '0', ACCOUNTS_GRPC_URL }); // prettier-ignore
  expect(await server.exited).toBe(1);
  expect(server.output()).toMatch(/GRPC_TLS_DIR: ENOENT.*\/nowhere\/tls\.crt.* Put tls\.crt, tls\.key, ca\.crt there/);
  expect(server.output()).not.toMatch(/^ +at /m);
});
