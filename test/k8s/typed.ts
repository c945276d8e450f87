import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from './manifest.js';

const ROOT = join(import.meta.dirname, '../..');

/** Where the published types of an API group are. */
const PACKAGES: Record<string, string> = {
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api/',
  'gateway.envoyproxy.io': '@kubernetes-models/envoy-gateway/',
  'keda.sh': '@kubernetes-models/keda/',
};

/**
 * Strictly by the published types, unknown fields too: each manifest becomes a typed literal, tsc reads them all at once.
 * Answers `<kind> <name>: <what tsc says>` for each fault.
 */
export function typeFaults(manifests: Manifest[]): string[] {
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, 'dist/k8s-types-')); // below the root, where packages are found
  try {
    const files = new Map(manifests.map((manifest, index) => [`m${index}.ts`, manifest]));
    for (const [file, manifest] of files) writeFileSync(join(folder, file), literal(manifest));
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    const { stdout, status } = tsc(folder);
    const lines = stdout.split('\n').filter((line) => /^\S.*error TS/.test(line));
    if (status !== 0 && lines.length === 0) throw new Error(`tsc ended with ${status}: ${stdout}`);
    return lines.map((line) => {
      const file = /^(?:.*\/)?(m\d+\.ts)\(/.exec(line)?.[1] ?? '';
      const { kind, metadata } = files.get(file) ?? { kind: 'tsc', metadata: { name: '' } };
      return `${kind} ${metadata.name}: ${line.replace(/^.*?error /, '')}`;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const compilerOptions = {
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  module: 'nodenext',
  target: 'es2022',
  lib: ['es2023'],
  types: [],
};

function literal(manifest: Manifest): string {
  const { apiVersion, kind } = manifest;
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  const path = `${PACKAGES[group] ?? 'kubernetes-models/'}${apiVersion}/${kind}`;
  return `import type { I${kind} } from '${path}';\nexport const manifest: I${kind} = ${JSON.stringify(manifest, null, 1)};\n`;
}

function tsc(folder: string): { stdout: string; status: number | null } {
  const bin = join(ROOT, 'node_modules/typescript/bin/tsc');
  const args = [bin, '--project', folder, '--pretty', 'false'];
  return spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', timeout: 120_000, maxBuffer: 1e8 });
}
