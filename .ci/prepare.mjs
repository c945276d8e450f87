// Before `npm start` and `npm test`: installs packages that are missing or stale and builds what has changed.
// Plain Node, since on a fresh clone there is nothing else. `--dev` also installs what only tests need.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

process.chdir(join(import.meta.dirname, '..'));
const dev = process.argv.includes('--dev');
const INSTALLED = 'node_modules/.floodgate-installed';
const BUILT = 'dist/.floodgate-built';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Floodgate needs Node 20.19 or newer; this is ${process.version}. Install a newer Node and try again.`);
}

install();
build();

function install() {
  const wanted = createHash('sha256').update(readFileSync('package.json')).update(readFileSync('package-lock.json'));
  const state = wanted.digest('hex');
  const [installed, kind] = read(INSTALLED).split(' ');
  if (installed === state && (kind === 'dev' || !dev)) return;
  console.log(`Installing packages${dev ? ', those for tests too' : ''}. This takes a minute at most ...`);
  const omit = dev ? [] : ['--omit=dev'];
  const npm = ['install', ...omit, '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', npm, 'Packages could not be installed. Is the npm registry reachable, and this folder writable?');
  writeFileSync(INSTALLED, `${state} ${dev ? 'dev' : 'start'}`);
}

function build() {
  const built = statSync(BUILT, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (newest(['src', 'libs', 'test', 'package.json', '.swcrc', INSTALLED]) < built) return;
  rmSync('dist', { recursive: true, force: true });
  run('npm', ['run', '--silent', 'build'], 'The build failed. The lines above say where.');
  writeFileSync(BUILT, '');
}

/** Time of the newest change below these paths, folders included, so that a deleted file counts too. */
function newest(paths) {
  return Math.max(
    0,
    ...paths.map((path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      if (!stat?.isDirectory()) return stat?.mtimeMs ?? 0;
      return Math.max(stat.mtimeMs, newest(readdirSync(path).map((name) => join(path, name))));
    }),
  );
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function run(command, args, advice) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) fail(advice);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
