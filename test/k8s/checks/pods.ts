import { OPERATIONS_PATHS } from '../../../libs/http/src/operations/apart.js';
import { all, type Manifest, ours, type Workload, workloads } from '../manifest.js';
import { settingsOf } from './environment.js';

/** Probes ask what is answered, where it is answered; a pod has the time to drain. */
export function lifecycle(manifests: Manifest[], given: NodeJS.ProcessEnv): string[] {
  const servers = ours(manifests).filter(({ kind }) => kind === 'Deployment');
  const jobs = all(manifests, 'Job') as { spec?: { activeDeadlineSeconds?: number } }[];
  const migrationMs = Math.max(0, ...jobs.map(({ spec }) => spec?.activeDeadlineSeconds ?? 0)) * 1_000;
  return servers.flatMap((workload) => {
    const { DRAIN_SECONDS, SHUTDOWN_SECONDS, OPS_PORT } = settingsOf(manifests, workload, given);
    const grace = workload.pod.terminationGracePeriodSeconds ?? 30;
    const needed = DRAIN_SECONDS + SHUTDOWN_SECONDS;
    return [
      ...(grace > needed ? [] : [`${workload.name}: killed after ${grace} s, but it may take ${needed} s to stop`]),
      ...(DRAIN_SECONDS > 0 ? [] : [`${workload.name}: takes no requests from the moment it is asked to stop`]),
      ...(startMs(workload) > migrationMs ? [] : [`${workload.name}: killed while it waits for the migrations`]),
      ...probes(workload, OPS_PORT),
    ];
  });
}

function startMs({ pod }: Workload): number {
  const { periodSeconds = 10, failureThreshold = 3 } = pod.containers[0]?.startupProbe ?? {};
  return periodSeconds * failureThreshold * 1_000;
}

function probes({ name, pod }: Workload, operations: number | undefined): string[] {
  const [container] = pod.containers;
  const expected = { startupProbe: '/livez', livenessProbe: '/livez', readinessProbe: '/readyz' } as const;
  return (Object.keys(expected) as (keyof typeof expected)[]).flatMap((probe) => {
    const { path = '', port } = container?.[probe]?.httpGet ?? {};
    const at = container?.ports?.find((candidate) => candidate.name === port)?.containerPort;
    return path === expected[probe] && OPERATIONS_PATHS.has(path) && at === operations
      ? []
      : [`${name}: ${probe} asks ${path} at ${port}, where nothing answers it`];
  });
}

/** Of the local overlay: not ours to size. */
const FOREIGN: Record<string, true> = { postgres: true, redis: true };

/** The restricted Pod Security Standard, and a root file system that only named folders break. */
export function security(manifests: Manifest[], given: NodeJS.ProcessEnv): string[] {
  const pods = workloads(manifests).flatMap(({ name, pod }) => {
    const rules: [boolean, string][] = [
      [pod.securityContext?.runAsNonRoot === true, 'may run as root'],
      [pod.securityContext?.seccompProfile?.type === 'RuntimeDefault', 'has no seccomp profile'],
      [pod.automountServiceAccountToken === false, 'gets a token of Kubernetes'],
      ...pod.containers.flatMap(({ securityContext, resources }): [boolean, string][] => [
        [securityContext?.allowPrivilegeEscalation === false, 'may gain privileges'],
        [securityContext?.readOnlyRootFilesystem === true, 'may write its root file system'],
        [securityContext?.capabilities?.drop?.join() === 'ALL', 'keeps capabilities'],
        [Boolean(resources?.requests?.memory && resources.limits?.memory), 'has no bound of memory'],
        [name in FOREIGN || Boolean(resources?.requests?.['ephemeral-storage']), 'asks for no ephemeral storage'],
      ]),
    ];
    return rules.filter(([kept]) => !kept).map(([, fault]) => `${name} ${fault}`);
  });
  const written = ours(manifests).flatMap((workload) => {
    const mounts = workload.pod.containers[0]?.volumeMounts?.map(({ mountPath }) => mountPath) ?? [];
    const needed = ['/tmp', settingsOf(manifests, workload, given).DATA_DIR];
    return needed.filter((path) => !mounts.includes(path)).map((path) => `${workload.name} cannot write ${path}`);
  });
  return [...pods, ...written];
}

/** A node can be drained although pods on it never became ready. */
export function evictions(manifests: Manifest[]): string[] {
  const budgets = all(manifests, 'PodDisruptionBudget') as {
    metadata?: { name?: string };
    spec?: { unhealthyPodEvictionPolicy?: string };
  }[];
  return budgets.flatMap(({ metadata, spec }) =>
    spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow' ? [] : [`${metadata?.name}: its broken pods hold up a drain`],
  );
}

/** A gateway takes a pod that fails its callers out for a while. */
export function ejections(manifests: Manifest[]): string[] {
  const policies = all(manifests, 'BackendTrafficPolicy') as {
    metadata?: { name?: string };
    spec?: { healthCheck?: { passive?: { consecutive5XxErrors?: number } } };
  }[];
  return policies.flatMap(({ metadata, spec }) =>
    spec?.healthCheck?.passive?.consecutive5XxErrors ? [] : [`${metadata?.name}: no pod that fails is ever ejected`],
  );
}
