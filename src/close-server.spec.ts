import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { closeServer } from './close-server.js';

/** Calls from a thread of its own, also while this one, and with it the server, stands still. */
const CALLER = `
  let { workerData: { port, isKept, turn }, parentPort } = require('node:worker_threads');
  const { connect } = require('node:net');
  const send = (done) => socket.write('POST / HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 2\\r\\n\\r\\n{}', done);
  let answers = '';
  let socket;
  const open = (then) => {
    socket = connect(port, '127.0.0.1', then).setEncoding('utf8');
    socket.on('data', (data) => {
      answers += data;
      if (answers.endsWith('served') && isKept) last();
    });
    socket.on('error', ({ code }) => (answers += code)).on('close', () => parentPort.postMessage(answers));
  };
  const last = () => {
    isKept = false;
    parentPort.postMessage('waits');
    Atomics.wait(turn, 0, 0);
    const sent = () => Atomics.notify(turn, 0, Atomics.store(turn, 0, 2));
    if (socket) send(sent);
    else open(() => send(sent));
  };
  if (isKept) open(send); else last();
`;

describe('closing the door while some are just coming in', () => {
  let server: Server;
  let port: number;
  let caller: Worker | undefined;
  beforeEach(async () => {
    server = createServer((request, response) => request.resume().on('end', () => response.end('served')));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(async () => {
    await caller?.terminate();
    server.closeAllConnections();
    server.close();
  });

  it.each([
    ['on a connection that is not accepted yet', false, 1],
    ['on a connection that is kept alive and looks idle', true, 2],
  ])('serves a request that the kernel has and Node has not read, %s', async (_, isKept, answers) => {
    const turn = new Int32Array(new SharedArrayBuffer(4));
    caller = new Worker(CALLER, { eval: true, workerData: { port, isKept, turn } });
    await once(caller, 'message'); // it waits for its turn
    Atomics.notify(turn, 0, Atomics.store(turn, 0, 1));
    Atomics.wait(turn, 0, 1, 10_000); // until it has sent
    const [[got]] = (await Promise.all([once(caller, 'message'), closeServer(server)])) as [[string], void];
    expect(got.match(/200 OK/g)).toHaveLength(answers);
    expect(got).toMatch(/served$/);
  });

  it('goes on where a connection that it holds back is reset', async () => {
    const closing = closeServer(server);
    const caller = connect(port, '127.0.0.1');
    await once(caller, 'connect');
    caller.resetAndDestroy();
    await closing;
  });

  it('ends connections that are kept alive, and takes no new ones', async () => {
    const agent = new Agent({ keepAlive: true });
    const [response] = (await once(get({ port, host: '127.0.0.1', agent }), 'response')) as [IncomingMessage];
    expect(await text(response)).toBe('served');
    await closeServer(server);
    await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    agent.destroy();
  });
});
