import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.js';
import { codeOf, EmbeddedPostgresError } from './embedded-postgres-error.js';

/** How a Postgres program is started so that it runs as the right user of the operating system. */
export interface OsAccount {
  /** Owner of the data when it is not the current user; undefined: just spawn. */
  owner?: { uid: number; gid: number };
  command(program: string, args: string[]): { file: string; args: string[]; uid?: number; gid?: number };
}

/** Decides who runs Postgres: it refuses root, and insists that its user owns the data. */
export function chooseAccount(dataDir: string, cluster: string, binaries: Binaries): OsAccount {
  const me = process.geteuid?.();
  const owner = ownerOf(cluster);
  if (me === undefined || me !== 0) {
    if (me !== undefined && owner && owner.uid !== me)
      throw new EmbeddedPostgresError(
        `${cluster} belongs to user ${nameOf(owner.uid)}, and this is ${userInfo().username}. ` +
          `Start Floodgate as the user who created it${owner.uid === 0 || isService(owner.uid) ? ' (root)' : ''}, or set DATA_DIR to another directory.`,
      );
    return { command: (file, args) => ({ file, args }) };
  }
  if (owner?.uid === 0)
    throw new EmbeddedPostgresError(
      `${cluster} belongs to root, and Postgres refuses to run as root. Run "chown -R postgres ${cluster}" (or nobody), or set DATA_DIR to another directory.`,
    );
  return asOtherUser(owner ?? serviceUser(), dataDir, binaries);
}

function asOtherUser(owner: { uid: number; gid: number }, dataDir: string, binaries: Binaries): OsAccount {
  const { uid, gid } = owner;
  const shut = firstClosedTo(uid, dataDir) ?? firstClosedTo(uid, binaries.postgres);
  if (!shut) return { owner, command: (file, args) => ({ file, args, uid, gid }) };
  // Below a directory like /root (mode 700) the user would reach neither the binaries nor its own data. The capability
  // opens the way; Postgres still runs under an ordinary uid, which is all it asks for. The secure bit is for access(2),
  // by which initdb looks for its sibling: without it the kernel answers that call as if there were no capability.
  const as = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--securebits=+no_setuid_fixup'];
  const may = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  const wrap = (file: string, args: string[]) => ({ file: 'setpriv', args: [...as, ...may, file, ...args] });
  const trial = wrap(binaries.postgres, ['--version']);
  const { status, stderr, error } = spawnSync(trial.file, trial.args, { encoding: 'utf8', timeout: 10_000, cwd: '/' });
  if (status === 0) return { owner, command: wrap };
  throw new EmbeddedPostgresError(
    `Postgres refuses to run as root, and user ${nameOf(uid)} cannot enter ${shut} (setpriv: ${error?.message ?? stderr}). ` +
      `Start Floodgate as an ordinary user, or run "chmod o+x ${shut}", or move it elsewhere.`,
  );
}

/** The first directory on the way to `path` (or `path` itself) that the user can not enter. */
function firstClosedTo(uid: number, path: string): string | undefined {
  const real = realpathSync(path);
  const way = [real];
  for (let at = real; dirname(at) !== at; at = dirname(at)) way.unshift(dirname(at));
  return way.find((step) => {
    const { mode, uid: owner } = statSync(step);
    return !(owner === uid ? mode & 0o100 : mode & 0o001);
  });
}

function serviceUser(): { uid: number; gid: number } {
  const user = find((name) => name === 'postgres') ?? find((name) => name === 'nobody');
  if (user) return user;
  throw new EmbeddedPostgresError(
    'Postgres refuses to run as root, and there is no user "postgres" or "nobody". Start Floodgate as an ordinary user.',
  );
}

function ownerOf(path: string): { uid: number; gid: number } | undefined {
  try {
    const { uid, gid } = statSync(path);
    return { uid, gid };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

const nameOf = (uid: number) => find((_, id) => id === uid)?.name ?? `#${uid}`;
const isService = (uid: number) => ['postgres', 'nobody'].includes(nameOf(uid));

function find(matches: (name: string, uid: number) => boolean) {
  const users = readFileSync(join('/etc', 'passwd'), 'utf8').split('\n');
  for (const line of users) {
    const [name = '', , uid, gid] = line.split(':');
    if (name && matches(name, Number(uid))) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}
