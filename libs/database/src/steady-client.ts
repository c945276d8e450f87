import type { Socket } from 'node:net';
import { DeadlineExceeded } from '#libs/kernel';
import pg from 'pg';
import { cancelQuery } from './cancel-query.js';

/** A connection that has not answered a query for this long is closed, in ms. Above a transaction's own deadline. */
const ANSWER_TIMEOUT_MS = 5_000;
/** TCP asks a silent peer after this long, and gives it up 10 s later (libuv: ten probes, a second apart). */
const KEEP_ALIVE_MS = 10_000;

interface Internals {
  /** False from the moment a query goes out until the server is ready for the next. */
  readyForQuery: boolean;
  connection: { stream: Socket };
  processID: number;
  secretKey: number;
}

/** What pg-pool hands to its clients: the pool's own options. */
export interface SteadyClientConfig extends pg.ClientConfig {
  /** Default: ANSWER_TIMEOUT_MS. 0 waits for ever: for migrations, which may take long. */
  answerTimeoutMs?: number;
}

/**
 * A client whose connection may end, or fall silent, at any moment.
 *
 * It may end while nobody listens, as between two queries, or between a pool's checkout and the turn in which its user
 * does: pg's event `error` would then end the process. Its user hears of it by the next query.
 *
 * It may fall silent: a firewall forgets the connection, the server stops, a lock is held. A query that hears nothing
 * for `answerTimeoutMs` fails with DeadlineExceeded; the socket is closed, the pool drops the client, and the server is
 * asked to end the query, which would otherwise run on there. A client that listens for notifications asks by itself.
 */
export class SteadyClient extends pg.Client {
  constructor(config: SteadyClientConfig = {}) {
    super({ keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_MS, ...config });
    this.on('error', () => undefined);
    const timeoutMs = config.answerTimeoutMs ?? ANSWER_TIMEOUT_MS;
    if (timeoutMs > 0) this.once('connect', () => this.watch(timeoutMs));
  }

  /** Closes the socket at once. All queries fail with `error`, and a pool that gets the client back drops it. */
  abandon(error: Error): void {
    const { connection, processID, secretKey } = this.internals;
    if (!this.internals.readyForQuery) cancelQuery(this, { processID, secretKey });
    connection.stream.destroy(error);
  }

  private watch(timeoutMs: number): void {
    const { stream } = this.internals.connection;
    stream.on('timeout', () => {
      if (!this.internals.readyForQuery) {
        return this.abandon(new DeadlineExceeded('An answer of the database', timeoutMs));
      }
      if (this.listenerCount('notification') > 0) this.query('SELECT 1').catch(() => undefined);
      stream.setTimeout(timeoutMs); // a socket tells of each silence once
    });
    stream.setTimeout(timeoutMs);
  }

  private get internals(): Internals {
    return this as unknown as Internals;
  }
}
