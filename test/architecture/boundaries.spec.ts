import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { modules } from '../../src/modules.js';

jest.setTimeout(120_000);

const ROOT = join(import.meta.dirname, '../..');
const names = Object.keys(modules);

interface Cruise {
  summary: { totalCruised: number; violations: { rule: { name: string }; from: string; to: string }[] };
  modules: { source: string; dependencies: { resolved: string }[] }[];
}

function cruise(folder: string): Cruise {
  const bin = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const run = [bin, 'src', 'libs', '--output-type', 'json', '--config', '.dependency-cruiser.cjs'];
  try {
    return JSON.parse(execFileSync(process.execPath, run, { cwd: folder, maxBuffer: 1e8, encoding: 'utf8' })) as Cruise;
  } catch (error) {
    return JSON.parse((error as { stdout: string }).stdout) as Cruise; // it exits 1 where it finds a violation
  }
}

/** A file that breaks a rule, one a rule. */
const PLANTED: Record<string, [file: string, content: string]> = {
  'modules-meet-at-contracts': [
    'src/orders/use-cases/planted.ts',
    "export * from '../../inventory/use-cases/set-stock.js';",
  ],
  'contracts-import-only-contracts-and-the-kernel': [
    'src/orders/contract/planted.ts',
    "export * from '../store/order-store.js';",
  ],
  'domain-is-pure': ['src/orders/domain/planted.ts', "export * from '#libs/database';"],
  'libs-never-import-src': ['libs/cache/src/planted.ts', "export * from '../../../src/modules.js';"],
  'libs-meet-at-their-index': ['libs/http/src/planted.ts', "export * from '../../messaging/src/bus.js';"],
  'src-takes-libs-by-their-index': ['src/orders/planted.ts', "export * from '../../libs/messaging/src/bus.js';"],
  'the-kernel-depends-on-nothing': ['libs/kernel/src/planted.ts', "export * from '#libs/config';"],
  'only-the-map-knows-all-modules': ['src/planted.ts', "export * from './orders/orders.module.js';"],
  'no-cycles': ['src/orders/domain/order-number.ts', "export * from './planted-cycle.js';"],
  'no-unresolved': ['src/orders/store/planted.ts', "export * from './nowhere.js';"],
};

describe('the boundaries between modules', () => {
  const copy = mkdtempSync(join(tmpdir(), 'floodgate-boundaries-'));
  let real: Cruise;
  beforeAll(() => {
    real = cruise(ROOT);
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it('hold, over all of the code', () => {
    expect(real.summary.totalCruised).toBeGreaterThan(150);
    for (const name of names) {
      expect(real.modules.filter(({ source }) => source.startsWith(`src/${name}/`)).length).toBeGreaterThan(0);
    }
    expect(real.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
  });

  it('bite: a planted violation of each rule is found', () => {
    for (const path of ['src', 'libs', 'package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) {
      cpSync(join(ROOT, path), join(copy, path), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    for (const [file, content] of Object.values(PLANTED)) plant(join(copy, file), content);
    plant(join(copy, 'src/orders/domain/planted-cycle.ts'), "export * from './order-number.js';");
    const found = new Set(cruise(copy).summary.violations.map(({ rule }) => rule.name));
    expect([...found].sort()).toEqual(Object.keys(PLANTED).sort());
    const rules = readFileSync(join(ROOT, '.dependency-cruiser.cjs'), 'utf8').match(/name: '([a-z-]+)'/g) ?? [];
    expect(rules.map((rule) => rule.slice(7, -1)).sort()).toEqual(Object.keys(PLANTED).sort());
  });

  it('are told by the map: a module needs exactly the modules whose contract it imports', () => {
    const imported = new Map(names.map((name) => [name, new Set<string>()]));
    for (const { source, dependencies } of real.modules) {
      const own = /^src\/([^/]+)\//.exec(source)?.[1];
      for (const { resolved } of dependencies) {
        const other = /^src\/([^/]+)\/contract\//.exec(resolved)?.[1];
        if (own && other && other !== own) imported.get(own)?.add(other);
      }
    }
    for (const [name, { needs }] of Object.entries(modules)) {
      if (name === 'console') continue; // it asks every module by name, not by contract
      expect({ name, needs: [...needs].sort() }).toEqual({ name, needs: [...(imported.get(name) ?? [])].sort() });
    }
  });

  it('go through the database too: no SQL of a module names a table of another', () => {
    const tables = new RegExp(`\\b(?:FROM|JOIN|INTO|UPDATE|TABLE|REFERENCES|ON)\\s+"?(${names.join('|')})"?\\.`, 'gi');
    let seen = 0;
    for (const name of names) {
      for (const file of readdirSync(join(ROOT, 'src', name), { recursive: true, encoding: 'utf8' })) {
        if (!file.endsWith('.ts')) continue;
        for (const [, schema] of readFileSync(join(ROOT, 'src', name, file), 'utf8').matchAll(tables)) {
          seen += 1;
          expect(`${name}/${file} uses ${schema}`).toBe(`${name}/${file} uses ${name}`);
        }
      }
    }
    expect(seen).toBeGreaterThan(20);
  });
});

function plant(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  let before = '';
  try {
    before = readFileSync(file, 'utf8');
  } catch {
    // a new file
  }
  writeFileSync(file, `${content}\n${before}`);
}
