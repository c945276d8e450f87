import { type Manifest, ours, type Workload } from '../manifest.js';
import { secretsOf } from '../generated.js';
import { settingsOf } from './environment.js';

/** The Secrets that a pod reads, by whatever way. */
export function secretsRead({ pod }: Workload): string[] {
  const byEnvironment = pod.containers.flatMap(({ env = [], envFrom = [] }) => [
    ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
    ...envFrom.map(({ secretRef }) => secretRef?.name),
  ]);
  const mounted = (pod.volumes ?? []).map(({ secret }) => secret?.secretName);
  return [...byEnvironment, ...mounted].filter((name) => name !== undefined);
}

/** A server reads the Secrets of the modules that it hosts, and of no other; the migration needs the databases of all. */
export function credentials(manifests: Manifest[], modules: string[], given: NodeJS.ProcessEnv): string[] {
  return ours(manifests).flatMap((workload) => {
    const isServer = workload.kind === 'Deployment';
    const hosted = isServer ? settingsOf(manifests, workload, given).MODULES : modules;
    return modules.flatMap((module) => {
      const secret = new RegExp(`^floodgate-${module}(-[a-z0-9]{10})?$`);
      const reads = secretsRead(workload).some((name) => secret.test(name));
      if (!hosted.includes(module))
        return reads ? [`${workload.name} reads the Secret of ${module}, which it does not host`] : [];
      const [container] = workload.pod.containers;
      return secretsOf(module)
        .filter((name) => isServer || name.endsWith('_DATABASE_URL'))
        .filter((name) => {
          const ref = container?.env?.find((variable) => variable.name === name)?.valueFrom?.secretKeyRef;
          return !ref || ref.key !== name || !secret.test(ref.name ?? '');
        })
        .map((name) => `${workload.name} hosts ${module}, but does not read ${name} from its Secret`);
    });
  });
}
