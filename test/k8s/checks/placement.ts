import { all, type Manifest, ours, type Workload } from '../manifest.js';
import { settingsOf } from './environment.js';

const ROLES = ['http', 'queue'] as const;
const labelled = (workload: Workload, prefix: string) =>
  Object.keys(workload.labels)
    .filter((label) => label.startsWith(prefix) && workload.labels[label] === 'true')
    .map((label) => label.slice(prefix.length))
    .sort();

/**
 * Labels say what MODULES and ROLES say; each role of each module is in one Deployment, no more, no less; and each module
 * has its Services, one of them where others ask it by default.
 */
export function placement(manifests: Manifest[], modules: string[], given: NodeJS.ProcessEnv): string[] {
  const faults: string[] = [];
  const hosts = ours(manifests)
    .filter(({ kind }) => kind === 'Deployment')
    .map((workload) => ({ workload, settings: settingsOf(manifests, workload, given) }));
  for (const { workload, settings } of hosts) {
    if (settings.GRPC_HOST !== '0.0.0.0')
      faults.push(`${workload.name}: asked by others, but GRPC_HOST is ${settings.GRPC_HOST}`);
    const said = settings.MODULES.includes('all') ? modules : settings.MODULES;
    faults.push(...unequal(`${workload.name}: hosts-`, labelled(workload, 'hosts-'), 'MODULES', [...said].sort()));
    faults.push(
      ...unequal(`${workload.name}: role-`, labelled(workload, 'role-'), 'ROLES', [...settings.ROLES].sort()),
    );
  }
  for (const module of modules) {
    for (const role of ROLES) {
      const by = hosts.filter(({ workload: { labels } }) => labels[`hosts-${module}`] && labels[`role-${role}`]);
      const names = by.map(({ workload }) => workload.name).join(', ');
      if (by.length !== 1) faults.push(`${module}, ${role}: hosted by ${names || 'none'}`);
    }
    faults.push(...services(manifests, module, hosts[0]?.settings.grpcUrl(module)));
  }
  return faults;
}

function services(manifests: Manifest[], module: string, asked: string | undefined): string[] {
  const found = all(manifests, 'Service');
  const http = found.find(({ metadata }) => metadata.name === module)?.spec;
  const grpc = found.find(({ metadata, spec }) => `${metadata.name}:${spec?.ports?.[0]?.port}` === asked)?.spec;
  return [
    ...unequal(`Service ${module}`, labels(http?.selector), 'it should select', [`hosts-${module}`, 'role-http']),
    ...unequal(`Service ${asked}`, labels(grpc?.selector), 'it should select', [`hosts-${module}`]),
    ...(grpc && grpc.clusterIP !== 'None' ? [`Service ${asked}: without clusterIP: None its calls go to one pod`] : []),
  ];
}

const labels = (selector: Record<string, string> = {}) => Object.keys(selector).sort();

const unequal = (who: string, one: readonly string[], other: string, expected: readonly string[]) =>
  one.join() === expected.join() ? [] : [`${who}${one.join()}, but ${other} ${expected.join()}`];
