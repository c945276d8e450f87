import { copyFile, cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Engine } from './engine.js';
import { run } from './run.js';

const FOLDER = join(import.meta.dirname, 'stand-ins');
/** What the public image of Debian leaves out. */
const LEFT_OUT = ['doc', 'man', 'info', 'locale'].map((name) => `--exclude=./usr/share/${name}/*`);

/** Makes an image of Debian's packages under the name of one that cannot be pulled. */
export async function makeStandIn({ docker }: Engine, image: string): Promise<void> {
  const name = image.split(':')[0] ?? '';
  console.log(`${image} cannot be pulled: ${name === 'node' ? "this machine's Node" : "Debian's"} stands in for it.`);
  const folder = await mkdtemp(join(tmpdir(), 'floodgate-image-'));
  try {
    if (name === 'debian') {
      const archive = join(folder, 'debian.tar');
      await run('debootstrap', ['--variant=minbase', 'bookworm', join(folder, 'root')], { deadlineMs: 600_000 });
      const contents = [...LEFT_OUT, '--exclude=./var/cache/apt/*', '--exclude=./var/lib/apt/lists/*', '.'];
      await run('tar', ['-C', join(folder, 'root'), '-cf', archive, ...contents]);
      await docker(['import', archive, image], { deadlineMs: 120_000 });
      return;
    }
    await cp(FOLDER, folder, { recursive: true });
    if (name === 'node') await copyNode(folder);
    await docker(['build', '--quiet', '--target', name, '--tag', image, folder], { deadlineMs: 600_000 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function copyNode(folder: string): Promise<void> {
  const npm = dirname(dirname(await realpath(await run('sh', ['-c', 'command -v npm']))));
  await copyFile(await realpath(process.execPath), join(folder, 'node'));
  await cp(npm, join(folder, 'npm'), { recursive: true });
  await copyFile('/etc/ssl/certs/ca-certificates.crt', join(folder, 'ca-certificates.crt'));
}
