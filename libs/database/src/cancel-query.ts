import { connect } from 'node:net';

const CANCEL_REQUEST = 80_877_102;
const DEADLINE_MS = 2_000;

/**
 * Asks the server to end what the process behind a connection is at, by a connection of its own, and hopes for the best:
 * https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS
 */
export function cancelQuery(
  { host, port }: { host: string; port: number },
  { processID, secretKey }: { processID: number; secretKey: number },
): void {
  const request = Buffer.alloc(16);
  [request.length, CANCEL_REQUEST, processID, secretKey].forEach((word, index) =>
    request.writeInt32BE(word, index * 4),
  );
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  socket.setTimeout(DEADLINE_MS, () => socket.destroy());
  socket.on('error', () => undefined);
  socket.unref();
  socket.end(request);
}
