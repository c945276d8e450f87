import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import type { IGateway } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/Gateway';
import type { IBackendTrafficPolicy } from '@kubernetes-models/envoy-gateway/gateway.envoyproxy.io/v1alpha1/BackendTrafficPolicy';
import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { ISecret } from 'kubernetes-models/v1/Secret';
import type { IService } from 'kubernetes-models/v1/Service';
import type { IServiceAccount } from 'kubernetes-models/v1/ServiceAccount';

/** One document of what kustomize renders. Whether its fields are those of its kind: typed.ts. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

interface Kinds {
  BackendTrafficPolicy: IBackendTrafficPolicy;
  ConfigMap: IConfigMap;
  Deployment: IDeployment;
  Gateway: IGateway;
  HTTPRoute: IHTTPRoute;
  HorizontalPodAutoscaler: IHorizontalPodAutoscaler;
  Job: IJob;
  NetworkPolicy: INetworkPolicy;
  PodDisruptionBudget: IPodDisruptionBudget;
  ScaledObject: IScaledObject;
  Secret: ISecret;
  Service: IService;
  ServiceAccount: IServiceAccount;
  StatefulSet: IStatefulSet;
}
type Named<T> = T & { metadata: { name: string } };

export function all<K extends keyof Kinds>(manifests: Manifest[], kind: K): Named<Kinds[K]>[] {
  return manifests.filter((manifest) => manifest.kind === kind) as unknown as Named<Kinds[K]>[];
}

/** What makes pods, with the pod it makes. */
export interface Workload {
  kind: 'Deployment' | 'StatefulSet' | 'Job';
  name: string;
  selector: Record<string, string> | undefined;
  labels: Record<string, string>;
  pod: NonNullable<IPodTemplateSpec['spec']>;
}

export function workloads(manifests: Manifest[]): Workload[] {
  return (['Deployment', 'StatefulSet', 'Job'] as const).flatMap((kind) =>
    all(manifests, kind).map(({ metadata, spec }) => ({
      kind,
      name: metadata.name,
      selector: spec?.selector?.matchLabels,
      labels: spec?.template.metadata?.labels ?? {},
      pod: spec?.template.spec ?? { containers: [] },
    })),
  );
}

/** Those that run Floodgate's image. */
export const ours = (manifests: Manifest[]): Workload[] =>
  workloads(manifests).filter(({ labels }) => labels['app.kubernetes.io/name'] === 'floodgate');

interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** Whether a label selector takes these labels; one without any requirement takes all. */
export function selects(selector: Selector, labels: Record<string, string>): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  const expressions = (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    if (operator === 'In') return values.includes(labels[key] ?? '');
    if (operator === 'Exists') return key in labels;
    throw new Error(`The test does not know the operator ${operator}.`);
  });
  return equal && expressions;
}
