import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface MuteProxy {
  port: number;
  /** From now on nothing passes on the connections that are open, in either direction; new ones work. */
  mute(): void;
  /** Closes all connections and refuses new ones, until `restore`. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A TCP proxy in front of a port of this machine whose open connections can vanish without a word, as behind a firewall
 * that drops their packets: both ends stay open, and neither hears from the other again.
 */
export async function muteProxy(target: number): Promise<MuteProxy> {
  const pairs = new Set<{ client: Socket; upstream: Socket }>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    const pair = { client, upstream };
    pairs.add(pair);
    client.pipe(upstream).pipe(client);
    const forget = () => {
      client.destroy();
      upstream.destroy();
      pairs.delete(pair);
    };
    for (const socket of [client, upstream]) socket.on('error', forget).on('close', forget);
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as { port: number }).port;
  };
  const cut = async () => {
    for (const { client, upstream } of pairs) {
      client.destroy();
      upstream.destroy();
    }
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  const port = await listen(0);
  return {
    port,
    cut,
    restore: async () => void (await listen(port)),
    mute() {
      for (const { client, upstream } of pairs) {
        client.unpipe(upstream).resume();
        upstream.unpipe(client).resume();
      }
    },
    stop: cut,
  };
}
