import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { previousRelease } from './previous-release.js';

const ROOT = join(import.meta.dirname, '..', '..');

/** The release before this one in a folder of its own, installed and built by its own script, as its users had it. */
export function buildPreviousRelease(): { main: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'floodgate-previous-'));
  const archive = execFileSync('git', ['archive', previousRelease()], { cwd: ROOT, maxBuffer: 1e9 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  const env = { ...process.env, npm_config_prefer_offline: 'true' }; // most of it is what this release needs too
  execFileSync(process.execPath, ['.ci/prepare.mjs'], { cwd: folder, env, stdio: 'pipe', timeout: 600_000 });
  return { main: join(folder, 'dist/src/main'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
