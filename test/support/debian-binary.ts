import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..').replace(/\/dist$/, '');
/** Debian keeps servers where an ordinary user's PATH does not reach. */
const ALSO = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin'];

/** The program that is here: on the PATH or among its usual places; else Debian's package. Throws what to do where none is. */
export async function binaryOf(
  name: 'nginx' | 'pgbouncer',
  folders = [...(process.env.PATH ?? '').split(delimiter), ...ALSO],
): Promise<string> {
  const found = folders.map((folder) => join(folder, name)).find(isExecutable);
  if (found) return found;
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    throw new Error(`No ${name} here. Install it (Debian: apt-get install ${name}) or run as root on Debian.`);
  }
  return unpackDebianPackage(name, join(ROOT, `node_modules/.cache/floodgate-${name}`));
}

/** Unpacked and not installed: Debian's installation would start a server. */
async function unpackDebianPackage(name: string, folder: string): Promise<string> {
  const binary = join(folder, 'usr/sbin', name);
  if (isExecutable(binary)) return binary;
  await mkdir(join(folder, '..'), { recursive: true });
  const fresh = await mkdtemp(`${folder}-`);
  const apt = { cwd: fresh, timeout: 120_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  try {
    await run('apt-get', ['update', '-qq'], apt);
    await run('apt-get', ['download', '-qq', name], apt);
    const [archive = ''] = await readdir(fresh);
    const { stdout: needs } = await run('dpkg-deb', ['-f', archive, 'Depends'], apt);
    const libraries = needs.split(',').filter((name) => name.trim().startsWith('lib'));
    await run('apt-get', ['satisfy', '-qq', '--yes', '--no-install-recommends', libraries.join(',')], apt);
    await run('dpkg-deb', ['-x', archive, fresh], apt);
    // Two tests may do this at once: the first one stays.
    await rename(fresh, folder).catch(() => rm(fresh, { recursive: true, force: true }));
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw new Error(`No ${name} here, and Debian's package could not be had. Install ${name} and try again.`, {
      cause: error,
    });
  }
  return binary;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
