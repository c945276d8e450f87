import { all, type Manifest, ours, selects, type Workload, workloads } from '../manifest.js';
import { settingsOf } from './environment.js';

const portsOf = ({ pod }: Workload) => pod.containers.flatMap(({ ports = [] }) => ports);

/** DNS, gRPC, and the usual ports of Postgres, Redis and SMTP. */
const NEEDED = [53, 50051, 5432, 6379, 587];

/** A Service's port is a named port of all pods it selects; policies open ports that are there; settings and ports agree. */
export function ports(manifests: Manifest[], given: NodeJS.ProcessEnv): string[] {
  const pods = workloads(manifests);
  const faults: string[] = [];
  for (const { metadata, spec } of all(manifests, 'Service')) {
    for (const { port, targetPort } of spec?.ports ?? []) {
      for (const pod of pods.filter(({ labels }) => selects({ matchLabels: spec?.selector }, labels))) {
        const found = portsOf(pod).find(({ name }) => name === targetPort);
        if (!found) faults.push(`Service ${metadata.name}: ${pod.name} has no port ${targetPort}`);
        // Without an address of its own a Service translates no port: callers use the pod's.
        else if (spec?.clusterIP === 'None' && found.containerPort !== port)
          faults.push(`Service ${metadata.name}: headless, so its port must be ${found.containerPort}, not ${port}`);
      }
    }
  }
  return [
    ...faults,
    ...routed(manifests),
    ...opened(manifests, pods),
    ...reached(manifests),
    ...asSet(manifests, given),
  ];
}

/** A route's backend has the port it names. */
function routed(manifests: Manifest[]): string[] {
  const open = all(manifests, 'Service').flatMap(({ metadata, spec }) =>
    (spec?.ports ?? []).map(({ port }) => `${metadata.name}:${port}`),
  );
  return all(manifests, 'HTTPRoute').flatMap(({ metadata, spec }) =>
    (spec.rules ?? [])
      .flatMap(({ backendRefs = [] }) => backendRefs.map(({ name, port }) => `${name}:${port}`))
      .filter((backend) => !open.includes(backend))
      .map((backend) => `HTTPRoute ${metadata.name}: no Service has the port ${backend}`),
  );
}

function opened(manifests: Manifest[], pods: Workload[]): string[] {
  return all(manifests, 'NetworkPolicy').flatMap(({ metadata, spec }) => {
    const there = pods
      .filter(({ labels }) => selects(spec?.podSelector ?? {}, labels))
      .flatMap((pod) => portsOf(pod).map(({ containerPort }) => containerPort));
    return (spec?.ingress ?? [])
      .flatMap((rule) => rule.ports ?? [])
      .filter(({ port }) => !there.includes(Number(port)))
      .map(({ port }) => `NetworkPolicy ${metadata.name} opens ${port}, where no pod listens`);
  });
}

/** All else is denied to every pod, so the policies that select it let it reach what it needs. */
function reached(manifests: Manifest[]): string[] {
  const policies = all(manifests, 'NetworkPolicy').map(({ spec }) => spec);
  return ours(manifests).flatMap(({ name, labels }) => {
    const open = policies
      .filter((spec) => selects(spec?.podSelector ?? {}, labels))
      .flatMap((spec) => spec?.egress ?? [])
      .flatMap(({ ports = [] }) => ports.map(({ port }) => Number(port)));
    const shut = NEEDED.filter((port) => !open.includes(port));
    return shut.length === 0 ? [] : [`${name} may not reach ${shut.join(', ')}`];
  });
}

/** The ports a container names are those its settings tell the process to listen on. */
function asSet(manifests: Manifest[], given: NodeJS.ProcessEnv): string[] {
  return ours(manifests)
    .filter(({ kind }) => kind === 'Deployment')
    .flatMap((workload) => {
      const { PORT, GRPC_PORT, OPS_PORT } = settingsOf(manifests, workload, given);
      const set = `http ${PORT}, grpc ${GRPC_PORT}, ops ${OPS_PORT}`;
      const named = portsOf(workload)
        .map(({ name, containerPort }) => `${name} ${containerPort}`)
        .join(', ');
      return named === set ? [] : [`${workload.name}: ports ${named}, but its settings say ${set}`];
    });
}
