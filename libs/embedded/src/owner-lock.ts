import { Socket } from 'node:net';
import { Client } from 'pg';

/** An arbitrary pair that names the lock "owner of this cluster". */
const LOCK = '2107, 18';

export interface Access {
  port: number;
  password: string;
}

/** Always the database `postgres`: advisory locks are per database. */
async function connect({ port, password }: Access, socket = new Socket()): Promise<Client> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    database: 'postgres',
    ssl: false,
    application_name: 'floodgate-owner',
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
    keepAlive: true,
    stream: () => socket,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/**
 * Says "the owner of this cluster is alive" for as long as the answered connection lives: a process that dies, even by
 * kill -9, lets go of it. `onLost` fires when the connection ends. Also makes sure that the database `floodgate` exists.
 */
export async function holdOwnerLock(access: Access, onLost: () => void): Promise<Client> {
  const socket = new Socket();
  const client = await connect(access, socket);
  let held = false;
  client.once('end', () => held && onLost());
  try {
    await client.query('SET idle_session_timeout = 0');
    await client.query(`SELECT pg_advisory_lock(${LOCK})`);
    const { rowCount } = await client.query(`SELECT 1 FROM pg_database WHERE datname = 'floodgate'`);
    if (!rowCount) await client.query('CREATE DATABASE floodgate');
    // The lock alone must not keep Node alive: a script that is done may simply end.
    socket.unref();
    held = true;
    return client;
  } catch (error) {
    client.end().catch(() => undefined);
    throw error;
  }
}

export interface OwnerState {
  /** Whether some connection holds the owner's lock. */
  locked: boolean;
  /** Pid of the process that started this Postgres; 0 when unknown. */
  owner: number;
}

/** Looks whether the owner of a running Postgres is alive, without taking its place. */
export async function readOwnerState(access: Access): Promise<OwnerState> {
  const client = await connect(access);
  try {
    const { rows } = await client.query<{ free: boolean; owner: string | null }>(
      `SELECT pg_try_advisory_lock(${LOCK}) AS free, current_setting('floodgate.owner', true) AS owner`,
    );
    return { locked: !rows[0]?.free, owner: Number(rows[0]?.owner ?? 0) };
  } finally {
    await client.end().catch(() => undefined);
  }
}
