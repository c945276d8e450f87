import type { Server } from 'node:http';
import { Server as TcpServer, type Socket } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

const HELD_MS = 100;
const SWEEP_EVERY_MS = 100;

/**
 * Takes no connection any more, and resolves when all are gone. Whoever sends on a connection that is not accepted, or not
 * read yet, would be cut, and a balancer may not send a POST again. So new ones are held unread until the requests under
 * way have left the event loop; then, just after it has accepted who was waiting, the door closes, and the held are served.
 */
export async function closeServer(server: Server): Promise<void> {
  const held: Socket[] = [];
  const serving = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection').on('connection', (socket) => {
    held.push(socket.on('error', () => undefined)); // it may be reset meanwhile
  });
  await sleep(HELD_MS);
  await setImmediate();
  const closed = new Promise<void>((resolve) => {
    // Node's own for HTTP would end idle connections too, and takes one whose request it has not read for idle.
    TcpServer.prototype.close.call(server, () => resolve());
  });
  server.removeAllListeners('connection');
  for (const serve of serving) server.on('connection', serve);
  for (const socket of held) if (!socket.destroyed) server.emit('connection', socket);
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_EVERY_MS);
  await closed;
  clearInterval(sweep);
}
