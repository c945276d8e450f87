import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from './manifest.js';

export const K8S = join(import.meta.dirname, '../../k8s');

/** What `kubectl apply -k` would send. */
export function render(folder: string): Manifest[] {
  const { error, status, stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (error && 'code' in error && error.code === 'ENOENT') {
    throw new Error('These tests need kubectl on the PATH (it needs no cluster): install kubectl 1.28 or newer.');
  }
  if (error || status !== 0) throw new Error(`kubectl kustomize ${folder} failed: ${stderr || String(error)}`);
  const documents = parseAllDocuments(stdout);
  return documents.map((document) => {
    const [fault] = document.errors;
    if (fault) throw new Error(`kubectl kustomize ${folder} gave no YAML: ${fault.message}`);
    return document.toJS() as Manifest;
  });
}
