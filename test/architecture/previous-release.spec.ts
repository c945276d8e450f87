import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { fileAt, previousRelease } from '../support/previous-release.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'floodgate-releases-'));
  git('init', '-q');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function git(...args: string[]): string {
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  return execFileSync('git', [...who, ...args], { cwd: root, encoding: 'utf8' }).trim();
}

function packageOf(version: string, description = ''): void {
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'shop', version, description }, null, 2));
}

function commit(): string {
  git('add', '-A');
  git('commit', '-q', '-m', 'Next');
  return git('rev-parse', 'HEAD');
}

it('is the last commit of another version', () => {
  packageOf('1.0.0');
  commit();
  packageOf('1.0.0', 'changed');
  const last = commit();
  packageOf('1.1.0');
  commit();
  packageOf('1.1.0', 'changed again');
  commit();
  expect(previousRelease(root)).toBe(last);
  expect(fileAt(last, 'package.json', root)).toContain('"version": "1.0.0"');
  expect(fileAt(last, 'README.md', root)).toBeUndefined();
});

it('is the last commit where the version is raised only in the working tree', () => {
  packageOf('1.0.0');
  const last = commit();
  packageOf('1.1.0');
  expect(previousRelease(root)).toBe(last);
});

it('is none for the first release', () => {
  packageOf('1.0.0');
  commit();
  expect(() => previousRelease(root)).toThrow('1.0.0 is the first release: there is none before it.');
});

it('is not guessed in a shallow clone', () => {
  packageOf('1.0.0');
  commit();
  packageOf('1.1.0');
  commit();
  const shallow = mkdtempSync(join(tmpdir(), 'floodgate-shallow-'));
  git('clone', '-q', '--depth', '1', `file://${root}`, shallow);
  expect(() => previousRelease(shallow)).toThrow(/^This clone is shallow.*git fetch --unshallow$/);
  rmSync(shallow, { recursive: true, force: true });
});
