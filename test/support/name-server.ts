import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';

const A = 1;
const TTL_SECONDS = 1;

/** A name server for tests that answers every question for an A record with `addresses`, as they are at the time. */
export async function startNameServer(addresses: { current: string[] }) {
  const socket = createSocket('udp4');
  socket.on('message', (question: Buffer, from: RemoteInfo) => {
    socket.send(answerTo(question, addresses.current), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, stop: () => new Promise<void>((resolve) => socket.close(() => resolve())) };
}

/** RFC 1035, section 4: the question repeated, then a record an address, its name a pointer to the question's. */
function answerTo(query: Buffer, addresses: readonly string[]): Buffer {
  let end = 12;
  while (query.readUInt8(end) !== 0) end += query.readUInt8(end) + 1;
  const question = query.subarray(12, end + 5);
  const isForA = query.readUInt16BE(end + 1) === A;
  const records = (isForA ? addresses : []).map((address) => {
    const record = Buffer.alloc(16);
    record.writeUInt16BE(0xc00c, 0); // the name at offset 12
    record.writeUInt16BE(A, 2);
    record.writeUInt16BE(1, 4); // class IN
    record.writeUInt32BE(TTL_SECONDS, 6);
    record.writeUInt16BE(4, 10);
    address.split('.').forEach((part, index) => record.writeUInt8(Number(part), 12 + index));
    return record;
  });
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2); // its id
  header.writeUInt16BE(0x8580, 2); // an authoritative answer, no error
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, question, ...records]);
}
