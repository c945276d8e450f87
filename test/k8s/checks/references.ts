import { all, type Manifest, ours, selects, workloads } from '../manifest.js';
import { modules } from '../../../src/modules.js';

/** Made by hand, as k8s/README.md tells. */
const BY_HAND = [
  'Secret floodgate',
  'Secret floodgate-migrate',
  'Secret floodgate-tls',
  'Secret floodgate-grpc-tls',
  ...Object.keys(modules).map((name) => `Secret floodgate-${name}`),
];
const OF_THE_CLUSTER = ['Namespace', 'GatewayClass'];

/** Whatever is named, exists; everything has a namespace that can have one. */
export function references(manifests: Manifest[]): string[] {
  const there = new Set([...BY_HAND, ...manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)]);
  return [...named(manifests), ...gatewayNames(manifests)]
    .filter(([, what]) => !there.has(what))
    .map(([who, what]) => `${who} names ${what}, which is not there`)
    .concat(namespaces(manifests), listeners(manifests));
}

type Reference = [who: string, what: string];

function named(manifests: Manifest[]): Reference[] {
  const pods = workloads(manifests).flatMap(({ name, pod }): Reference[] => [
    ...(pod.serviceAccountName ? [[name, `ServiceAccount ${pod.serviceAccountName}`] as Reference] : []),
    ...pod.containers.flatMap(({ env = [] }) =>
      env.flatMap(({ valueFrom }): Reference[] =>
        valueFrom?.secretKeyRef ? [[name, `Secret ${valueFrom.secretKeyRef.name}`]] : [],
      ),
    ),
    ...pod.containers.flatMap(({ envFrom = [] }) =>
      envFrom.map(({ configMapRef, secretRef }): Reference => [
        name,
        configMapRef ? `ConfigMap ${configMapRef.name}` : `Secret ${secretRef?.name}`,
      ]),
    ),
  ]);
  const mounted = workloads(manifests).flatMap(({ name, pod }) =>
    (pod.volumes ?? []).flatMap(({ configMap, secret }): Reference[] => [
      ...(configMap ? [[name, `ConfigMap ${configMap.name}`] as Reference] : []),
      ...(secret ? [[name, `Secret ${secret.secretName}`] as Reference] : []),
    ]),
  );
  const scaled = all(manifests, 'HorizontalPodAutoscaler').map(({ metadata, spec }): Reference => [
    `HorizontalPodAutoscaler ${metadata.name}`,
    `${spec?.scaleTargetRef.kind} ${spec?.scaleTargetRef.name}`,
  ]);
  const byKeda = all(manifests, 'ScaledObject').map(({ metadata, spec }): Reference => [
    `ScaledObject ${metadata.name}`,
    `${spec.scaleTargetRef.kind ?? 'Deployment'} ${spec.scaleTargetRef.name}`,
  ]);
  return [...pods, ...mounted, ...scaled, ...byKeda];
}

function gatewayNames(manifests: Manifest[]): Reference[] {
  const routes = all(manifests, 'HTTPRoute').flatMap(({ metadata, spec }): Reference[] => [
    ...(spec.parentRefs ?? []).map((parent): Reference => [`HTTPRoute ${metadata.name}`, `Gateway ${parent.name}`]),
    ...(spec.rules ?? [])
      .flatMap(({ backendRefs = [] }) => backendRefs)
      .map((backend): Reference => [`HTTPRoute ${metadata.name}`, `${backend.kind ?? 'Service'} ${backend.name}`]),
  ]);
  const policies = all(manifests, 'BackendTrafficPolicy').flatMap(({ metadata, spec }) =>
    (spec.targetRefs ?? []).map((target): Reference => [
      `BackendTrafficPolicy ${metadata.name}`,
      `${target.kind} ${target.name}`,
    ]),
  );
  const certificates = all(manifests, 'Gateway').flatMap(({ metadata, spec }) =>
    spec.listeners.flatMap(({ tls }) =>
      (tls?.certificateRefs ?? []).map(({ name }): Reference => [`Gateway ${metadata.name}`, `Secret ${name}`]),
    ),
  );
  return [...routes, ...policies, ...certificates];
}

function listeners(manifests: Manifest[]): string[] {
  const names = all(manifests, 'Gateway').flatMap(({ metadata, spec }) =>
    spec.listeners.map(({ name }) => `${metadata.name}/${name}`),
  );
  return all(manifests, 'HTTPRoute').flatMap(({ metadata, spec }) =>
    (spec.parentRefs ?? [])
      .filter(({ name, sectionName }) => !names.includes(`${name}/${sectionName}`))
      .map(({ sectionName }) => `HTTPRoute ${metadata.name} names the listener ${sectionName}, which is not there`),
  );
}

function namespaces(manifests: Manifest[]): string[] {
  return manifests
    .filter(({ kind, metadata }) => OF_THE_CLUSTER.includes(kind) === (metadata.namespace !== undefined))
    .map(({ kind, metadata }) => `${kind} ${metadata.name}: namespace ${metadata.namespace}`);
}

/** Every selector takes pods, a Deployment its own and no other's, a disruption budget those of one Deployment. */
export function selectors(manifests: Manifest[]): string[] {
  const pods = workloads(manifests);
  const faults: string[] = [];
  const takes = (who: string, selector: Parameters<typeof selects>[0]) => {
    const taken = pods.filter(({ labels }) => selects(selector, labels));
    if (taken.length === 0) faults.push(`${who} selects nothing`);
    return taken;
  };
  for (const { metadata, spec } of all(manifests, 'Service')) {
    takes(`Service ${metadata.name}`, { matchLabels: spec?.selector ?? { none: '' } });
  }
  for (const { name, selector, kind } of pods.filter(({ kind }) => kind !== 'Job')) {
    const taken = takes(`${kind} ${name}`, { matchLabels: selector ?? {} }).map((pod) => pod.name);
    if (taken.some((other) => other !== name)) faults.push(`${kind} ${name} selects the pods of ${taken.join(', ')}`);
  }
  for (const { metadata, spec } of all(manifests, 'PodDisruptionBudget')) {
    const taken = takes(`PodDisruptionBudget ${metadata.name}`, spec?.selector ?? {});
    if (taken.length > 1) faults.push(`PodDisruptionBudget ${metadata.name} selects several Deployments`);
  }
  for (const { metadata, spec } of all(manifests, 'NetworkPolicy')) {
    takes(`NetworkPolicy ${metadata.name}`, spec?.podSelector ?? {});
    const peers = [...(spec?.ingress ?? []).map(({ from }) => from), ...(spec?.egress ?? []).map(({ to }) => to)];
    for (const { podSelector, namespaceSelector } of peers.flatMap((list) => list ?? [])) {
      if (podSelector && !namespaceSelector) takes(`NetworkPolicy ${metadata.name}, a peer`, podSelector);
    }
  }
  for (const { name, labels, pod } of ours(manifests)) {
    for (const { labelSelector = {} } of pod.topologySpreadConstraints ?? []) {
      if (!selects(labelSelector, labels)) faults.push(`${name} spreads over pods that are not its own`);
    }
  }
  const guarded = all(manifests, 'PodDisruptionBudget').map(({ spec }) => spec?.selector ?? {});
  for (const { name } of ours(manifests).filter(
    ({ kind, labels }) => kind === 'Deployment' && !guarded.some((selector) => selects(selector, labels)),
  )) {
    faults.push(`${name} has no PodDisruptionBudget`);
  }
  return faults;
}
