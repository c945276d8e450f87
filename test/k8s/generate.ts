import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { modules } from '../../src/modules.js';
import { generated } from './generated.js';

/** Writes the manifests that follow from the map of modules. Run in the root of the repository. */
for (const [path, text] of generated(modules)) {
  const file = join('k8s', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
