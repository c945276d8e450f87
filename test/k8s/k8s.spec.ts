import { randomBytes } from 'node:crypto';
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readSettings, settingOf } from '#libs/config';
import { afterAll, describe, expect, it } from '@jest/globals';
import { modules } from '../../src/modules.js';
import { credentials } from './checks/credentials.js';
import { environment } from './checks/environment.js';
import { placement } from './checks/placement.js';
import { ejections, evictions, lifecycle, security } from './checks/pods.js';
import { ports } from './checks/ports.js';
import { references, selectors } from './checks/references.js';
import { routes } from './checks/routes.js';
import { generated, secretsOf } from './generated.js';
import { all, type Manifest, ours } from './manifest.js';
import { planted } from './planted.js';
import { plantedTypes } from './planted-types.js';
import { K8S, render } from './render.js';
import { typeFaults } from './typed.js';

const names = Object.keys(modules);
const copy = mkdtempSync(join(tmpdir(), 'floodgate-k8s-'));
// smoke.sh makes an overlay for itself, whose name begins with a dot.
cpSync(K8S, copy, { recursive: true, filter: (path) => !basename(path).startsWith('.') });
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** As README.md says it: an overlay with a line more at its end for each module. */
function extracted(overlay: string, ...pulled: string[]): Manifest[] {
  const folder = join(copy, 'overlays', `${overlay}-${pulled.join('-')}`);
  cpSync(join(copy, 'overlays', overlay), folder, { recursive: true });
  const lines = pulled.map((module) => `  - ../../components/extract-module/${module}\n`);
  appendFileSync(join(folder, 'kustomization.yaml'), lines.join(''));
  return render(folder);
}

const example = readFileSync(join(K8S, 'components/secret/secret.example.env'), 'utf8');
const parsed = (text: string): NodeJS.ProcessEnv =>
  Object.fromEntries([...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
/** The Secret made by hand: the example, with each <...> filled. */
const given = parsed(example.replace(/<(?:password|openssl[^>]*)>/g, fill));
const filled = Object.entries(given).map(([name, value]) => `${name}=${value}\n`).join(''); // prettier-ignore
function fill(): string {
  return randomBytes(32).toString('hex');
}

const overlays = new Map<string, Manifest[]>([
  ...readdirSync(join(copy, 'overlays')).map((name): [string, Manifest[]] => [
    name,
    render(join(K8S, 'overlays', name)),
  ]),
  ['local without payments', extracted('local', 'payments')],
  // Each of them once, and several at once.
  ['local without every other', extracted('local', ...names.filter((_, place) => place % 2 === 0))],
  ['local without the rest', extracted('local', ...names.filter((_, place) => place % 2 === 1))],
  ['production without orders and catalog', extracted('production', 'orders', 'catalog')],
  ['split with a Secret a module', withModuleSecrets('split')],
  ['production with a Secret a module', withModuleSecrets('production')],
  ...['monolith', 'production', 'split'].map((name): [string, Manifest[]] => [
    `${name} with its Secret and authority from files`,
    withFiles(name, { secret: filled, ca: 'an authority' }),
  ]),
]);

/** As README.md says it for production: the lines of the overlay taken in, and their files filled in. */
function withFiles(overlay: string, files: { secret: string; ca: string }): Manifest[] {
  const folder = join(copy, 'overlays', `${overlay}-with-files`);
  cpSync(join(copy, 'overlays', overlay), folder, { recursive: true });
  const file = join(folder, 'kustomization.yaml');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replaceAll(/^ {2}# (- .*components\/(secret|ca|grpc-tls)$)/gm, '  $1'),
  );
  writeFileSync(join(copy, 'components/secret/secret.env'), files.secret);
  writeFileSync(join(copy, 'components/ca/ca.crt'), files.ca);
  return render(folder);
}

/** A Secret a module: no database in what all pods read. */
function withModuleSecrets(overlay: string): Manifest[] {
  const folder = join(copy, 'overlays', `${overlay}-with-module-secrets`);
  cpSync(join(copy, 'overlays', overlay), folder, { recursive: true });
  const file = join(folder, 'kustomization.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/^ {2}# (- .*components\/(module-)?secrets?)$/gm, '  $1'));
  const shared = filled.replaceAll(/^(DATABASE_URL|SMTP_URL|MAIL_FROM)=.*\n/gm, '');
  writeFileSync(join(copy, 'components/secret/secret.env'), shared);
  writeFileSync(join(copy, 'components/module-secrets/migrate.env'), 'ORDERS_DIRECT_URL=postgres://owner:a@b/c\n');
  for (const name of names) {
    const own = secretsOf(name).map((key) => `${key}=${key === 'SMTP_URL' ? 'smtp' : 'postgres'}://${name}:a@b/c\n`);
    writeFileSync(join(copy, `components/module-secrets/${name}.env`), own.join(''));
  }
  return render(folder);
}

const checks: Record<string, (manifests: Manifest[]) => string[]> = {
  references,
  selectors,
  evictions,
  ejections,
  ports: (manifests) => ports(manifests, given),
  routes: (manifests) => routes(manifests, modules),
  environment: (manifests) => environment(manifests, names, given),
  credentials: (manifests) => credentials(manifests, names, given),
  placement: (manifests) => placement(manifests, names, given),
  lifecycle: (manifests) => lifecycle(manifests, given),
  security: (manifests) => security(manifests, given),
};

describe('the manifests', () => {
  it('are rendered, all four overlays and the extractions', () => {
    expect([...overlays.keys()]).toEqual(expect.arrayContaining(['local', 'monolith', 'split', 'production']));
    for (const manifests of overlays.values()) expect(manifests.length).toBeGreaterThan(25);
  });

  it.each([...overlays])(
    'of %s agree with each other, with the settings and with the map of modules',
    (_, manifests) => {
      const faults = Object.entries(checks).map(([name, check]) => [name, check(manifests)]);
      expect(faults).toEqual(Object.keys(checks).map((name) => [name, []]));
    },
  );

  it('have no field that their kind does not, and none of a wrong type; planted ones are found', () => {
    const distinct = new Map([...overlays.values()].flat().map((manifest) => [JSON.stringify(manifest), manifest]));
    const real = [...distinct.values()];
    const faulty = Object.entries(plantedTypes).map(([name, { kind, plant }]) => {
      const manifest = structuredClone(real.find((candidate) => candidate.kind === kind)) as Manifest;
      plant(manifest);
      return { ...manifest, metadata: { ...manifest.metadata, name } };
    });
    const kinds = new Set(real.map(({ kind }) => kind));
    expect([...kinds]).toEqual(
      expect.arrayContaining(['HTTPRoute', 'BackendTrafficPolicy', 'ScaledObject', 'NetworkPolicy']),
    );
    const found = typeFaults([...real, ...faulty]).map((fault) => fault.replace(/: TS.*$/s, ''));
    expect([...new Set(found)].sort()).toEqual(faulty.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort());
  });

  it.each(['monolith', 'production', 'split'])('of %s roll the pods when a secret or the authority changes', (name) => {
    const podsWith = (secret: string, ca: string) =>
      ours(withFiles(name, { secret: filled.replace(/^MAIL_FROM=.*$/m, `MAIL_FROM=${secret}`), ca })).map(
        (workload) => workload.pod,
      );
    const pods = podsWith('a', 'a');
    expect(pods).toEqual(podsWith('a', 'a'));
    for (const changed of [podsWith('b', 'a'), podsWith('a', 'b')]) {
      expect(changed).toHaveLength(pods.length);
      changed.forEach((pod, index) => expect(pod).not.toEqual(pods[index]));
    }
    for (const { containers, volumes } of pods) {
      const [{ env, volumeMounts } = {}] = containers;
      const at = env?.find((variable) => variable.name === 'NODE_EXTRA_CA_CERTS')?.value ?? '';
      const mount = volumeMounts?.find(({ mountPath }) => at === `${mountPath}/ca.crt`);
      expect(volumes?.find((volume) => volume.name === mount?.name)?.configMap?.name).toMatch(/^floodgate-ca-/);
    }
  });

  it('that follow from the map of modules are what it generates', () => {
    for (const [path, text] of generated(modules)) {
      expect([path, readFileSync(join(K8S, path), 'utf8')]).toEqual([path, text]);
    }
    expect(readdirSync(join(K8S, 'components/extract-module')).sort()).toEqual([...names].sort());
  });

  it('balance in three ways, of which each overlay has one', () => {
    const balancing = (manifests: Manifest[] = []) =>
      all(manifests, 'BackendTrafficPolicy').map(({ spec }) => spec.loadBalancer?.type);
    expect(['monolith', 'split', 'production'].map((name) => balancing(overlays.get(name)))).toEqual([
      ['RoundRobin'],
      ['LeastRequest'],
      ['LeastRequest'],
    ]);
    const text = readFileSync(join(copy, 'overlays/monolith/kustomization.yaml'), 'utf8');
    cpSync(join(copy, 'overlays/monolith'), join(copy, 'overlays/by-source'), { recursive: true });
    const file = join(copy, 'overlays/by-source/kustomization.yaml');
    writeFileSync(file, text.replace('round-robin', 'source-ip'));
    expect(balancing(render(join(copy, 'overlays/by-source')))).toEqual(['ConsistentHash']);
  });

  it('let `kubectl scale` outlive an apply where nothing else scales', () => {
    for (const name of ['local', 'production']) {
      const counted = all(overlays.get(name) ?? [], 'Deployment').filter(({ spec }) => spec?.replicas !== undefined);
      expect(counted.map(({ metadata }) => metadata.name)).toEqual([]);
    }
  });

  it('say where each module is asked, so that none whose pods are away counts as unknown', () => {
    for (const manifests of overlays.values()) {
      const settings = all(manifests, 'ConfigMap').find(({ data }) => data?.['GRPC_PORT'])?.data;
      for (const name of names)
        expect(settings).toMatchObject({ [settingOf(name, 'GRPC_URL')]: `${name}-grpc:${settings?.['GRPC_PORT']}` });
    }
  });

  it('give the owners of the tables to the migration Job alone', () => {
    for (const manifests of overlays.values()) {
      const readers = ours(manifests).filter(({ pod }) =>
        pod.containers.some(({ envFrom = [] }) =>
          envFrom.some(({ secretRef }) => secretRef?.name?.startsWith('floodgate-migrate')),
        ),
      );
      expect(readers.map(({ name }) => name)).toEqual(['floodgate-migrate']);
    }
  });

  it('give no pod of a module the database of another', () => {
    const pods = ours(overlays.get('split with a Secret a module') ?? []).filter(({ kind }) => kind === 'Deployment');
    expect(pods.map(({ name }) => name).sort()).toEqual([...names].sort());
    for (const { name, pod } of pods) {
      const text = JSON.stringify(pod.containers);
      for (const other of names.filter((each) => each !== name)) {
        expect([name, text.includes(`${settingOf(other, 'DATABASE_URL')}`)]).toEqual([name, false]);
      }
      expect([name, text.includes('SMTP_URL')]).toEqual([name, name === 'notifications']);
    }
  });

  it('run this version', () => {
    const { version } = JSON.parse(readFileSync(join(K8S, '../package.json'), 'utf8')) as { version: string };
    for (const name of ['monolith', 'split', 'production']) {
      const images = ours(overlays.get(name) ?? []).flatMap(({ pod }) => pod.containers.map(({ image }) => image));
      expect(new Set(images.map((image) => image?.split(':').at(-1)))).toEqual(new Set([version]));
    }
  });

  it('hold no secret but those of the local overlay, and the example is refused as it stands', () => {
    const secrets = [...overlays].filter(([, manifests]) => all(manifests, 'Secret').length > 0).map(([name]) => name);
    expect(secrets.filter((name) => !/^local|from files$|a Secret a module$/.test(name))).toEqual([]);
    expect(() => readSettings({ ...parsed(example), NODE_ENV: 'production' })).toThrow(/SECRET.*24 characters/);
  });
});

describe('the checks', () => {
  it.each(Object.entries(planted))('find it: %s', (_, { overlay, check, plant, found }) => {
    const manifests = structuredClone(overlays.get(overlay) ?? []);
    const before = JSON.stringify(manifests);
    plant(manifests);
    expect(JSON.stringify(manifests)).not.toBe(before);
    expect(checks[check]?.(manifests).join('\n')).toMatch(found);
  });

  it('each have a fault that was planted for them', () => {
    expect([...new Set(Object.values(planted).map(({ check }) => check))].sort()).toEqual(Object.keys(checks).sort());
    expect(ours(overlays.get('production') ?? []).map(({ name }) => name)).toEqual([
      'floodgate',
      'floodgate-worker',
      'floodgate-migrate',
    ]);
  });
});
