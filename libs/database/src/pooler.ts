interface Runner {
  query(sql: string): Promise<unknown>;
  release(): Promise<void>;
}

/**
 * Whether a pooler in transaction mode stands between us and Postgres: then what belongs to a session (locks, LISTEN,
 * settings) is lost or another's. One connection takes the server process that the other one had; directly, each keeps
 * its own.
 */
export async function isPooled(source: { createQueryRunner(): Runner }): Promise<boolean> {
  const [one, other] = [source.createQueryRunner(), source.createQueryRunner()];
  const pid = async (runner: Runner) => {
    const [row] = (await runner.query('SELECT pg_backend_pid() AS pid')) as { pid: number }[];
    return row?.pid;
  };
  try {
    const before = await pid(one);
    await other.query('BEGIN');
    const [others, after] = [await pid(other), await pid(one)];
    await other.query('ROLLBACK');
    return after !== before || others === before;
  } finally {
    await Promise.all([one.release(), other.release()]);
  }
}
