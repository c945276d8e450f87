import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..').replace(/\/dist$/, '');

/**
 * The commit of the release before this one: the last with another `version` in package.json. Throws, in one line, where
 * there is none or git does not know.
 */
export function previousRelease(root = ROOT): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  if (git(root, 'rev-parse', '--is-shallow-repository') === 'true') {
    throw new Error('This clone is shallow and does not reach back to the release before: git fetch --unshallow');
  }
  const introduced = git(root, 'log', '-1', '--format=%H', `-S"version": "${version}"`, '--', 'package.json');
  if (!introduced) return git(root, 'rev-parse', 'HEAD'); // raised, and not committed yet
  const commit = attempt(() => git(root, 'rev-parse', '--verify', '--quiet', `${introduced}^`));
  if (!commit || fileAt(commit, 'package.json', root) === undefined) {
    throw new Error(`${version} is the first release: there is none before it.`);
  }
  return commit;
}

/** The text of a file as it was at a commit; undefined where there is no such file, commit or git. */
export function fileAt(commit: string, path: string, root = ROOT): string | undefined {
  return attempt(() => git(root, 'show', `${commit}:${path}`));
}

function git(root: string, ...args: string[]): string {
  const options = { cwd: root, encoding: 'utf8' as const, maxBuffer: 1e8, stdio: 'pipe' as const };
  return execFileSync('git', args, options).trim();
}

function attempt(run: () => string): string | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
