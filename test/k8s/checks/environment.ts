import { readSettings, type Settings, settingsTable } from '#libs/config';
import { all, type Manifest, ours, type Workload } from '../manifest.js';

/** Settings the schema has, as the README's table names them, and those of Node itself. */
function isKnown(name: string, modules: string[]): boolean {
  if (name === 'NODE_EXTRA_CA_CERTS') return true;
  const known = [...settingsTable().matchAll(/^\| `([A-Z_<>]+)`/gm)].map(([, setting]) => setting ?? '');
  return known.some((setting) =>
    setting.includes('<MODULE>')
      ? modules.some((module) => setting.replace('<MODULE>', module.toUpperCase()) === name)
      : setting === name,
  );
}

/** The environment of a workload's container: ConfigMaps and Secrets in their order, then its own. */
export function environmentOf(manifests: Manifest[], workload: Workload, given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const [container] = workload.pod.containers;
  const environment: NodeJS.ProcessEnv = {};
  for (const { configMapRef, secretRef } of container?.envFrom ?? []) {
    const map = all(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === configMapRef?.name);
    const secret = all(manifests, 'Secret').find(({ metadata }) => metadata.name === secretRef?.name);
    const decoded = Object.entries(secret?.data ?? {}).map(([name, value]) => [
      name,
      Buffer.from(String(value), 'base64').toString(),
    ]);
    if (secretRef && !secret) Object.assign(environment, given);
    Object.assign(environment, map?.data, Object.fromEntries(decoded));
  }
  for (const { name, value, valueFrom } of container?.env ?? []) {
    const ref = valueFrom?.secretKeyRef;
    if (!ref) {
      environment[name] = value ?? '';
      continue;
    }
    const secret = all(manifests, 'Secret').find(({ metadata }) => metadata.name === ref.name);
    const own = secret?.data?.[ref.key];
    // What is made by hand; an optional one that is not there leaves the variable as it is.
    if (own) environment[name] = Buffer.from(String(own), 'base64').toString();
    else if (given[name]) environment[name] = given[name];
  }
  return environment;
}

export const settingsOf = (manifests: Manifest[], workload: Workload, given: NodeJS.ProcessEnv): Settings =>
  readSettings(environmentOf(manifests, workload, given), { serves: workload.kind === 'Deployment' });

/** The environment given is what the schema takes. `given` stands for the Secret that is made by hand. */
export function environment(manifests: Manifest[], modules: string[], given: NodeJS.ProcessEnv): string[] {
  return ours(manifests).flatMap((workload) => {
    const env = environmentOf(manifests, workload, given);
    const unknown = Object.keys(env).filter((name) => !isKnown(name, modules));
    const faults = unknown.map((name) => `${workload.name}: no setting is called ${name}`);
    if (env.TRUST_PROXY && !env.RATE_LIMIT) faults.push(`${workload.name}: open to the world, but without RATE_LIMIT`);
    try {
      readSettings(env, { serves: workload.kind === 'Deployment' });
    } catch (error) {
      faults.push(`${workload.name}: ${(error as Error).message}`);
    }
    return faults;
  });
}
