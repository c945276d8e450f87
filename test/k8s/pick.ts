import { all, type Manifest, type Workload, workloads } from './manifest.js';

/** Parts of rendered manifests, to be changed in place. Each throws where there is none. */
export const service = (manifests: Manifest[], name: string) => {
  const spec = all(manifests, 'Service').find(({ metadata }) => metadata.name === name)?.spec;
  if (!spec) throw new Error(`No Service ${name}.`);
  return spec;
};
export const workload = (manifests: Manifest[], name: string): Workload => {
  const found = workloads(manifests).find((candidate) => candidate.name === name);
  if (!found) throw new Error(`No workload ${name}.`);
  return found;
};
export const container = (manifests: Manifest[], name: string) => {
  const [first] = workload(manifests, name).pod.containers;
  if (!first) throw new Error(`No container in ${name}.`);
  return first;
};
export const first = <K extends Parameters<typeof all>[1]>(manifests: Manifest[], kind: K) => {
  const [found] = all(manifests, kind);
  if (!found) throw new Error(`No ${kind}.`);
  return found;
};
export const set = (target: unknown, values: Record<string, unknown>) => void Object.assign(target as object, values);
export const without = (manifests: Manifest[], kind: string, name: string) => {
  const index = manifests.findIndex((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  manifests.splice(index, index < 0 ? 0 : 1);
};
