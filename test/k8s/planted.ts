import { all, type Manifest } from './manifest.js';
import { container, first, service, set, without, workload } from './pick.js';
import { plantedPods } from './planted-pods.js';

export interface Fault {
  overlay: string;
  /** The name of the check that has to find it. */
  check: string;
  plant: (manifests: Manifest[]) => void;
  found: RegExp;
}

/** One fault of each kind, and what the check says of it. */
export const planted: Record<string, Fault> = {
  'a Service that selects nothing': {
    overlay: 'split',
    check: 'selectors',
    plant: (m) => set(service(m, 'orders'), { selector: { 'hosts-order': 'true' } }),
    found: /Service orders selects nothing/,
  },
  'a disruption budget that selects nothing': {
    overlay: 'production',
    check: 'selectors',
    plant: (m) => set(first(m, 'PodDisruptionBudget').spec?.selector, { matchLabels: { app: 'floodgate' } }),
    found: /PodDisruptionBudget floodgate selects nothing\n.*no PodDisruptionBudget/s,
  },
  'a network policy that selects nothing': {
    overlay: 'monolith',
    check: 'selectors',
    plant: (m) => set(first(m, 'NetworkPolicy').spec?.podSelector, { matchLabels: { app: 'floodgate' } }),
    found: /NetworkPolicy \S+ selects nothing/,
  },
  'a Deployment that takes the pods of another': {
    overlay: 'production',
    check: 'selectors',
    plant: (m) => delete workload(m, 'floodgate').selector?.['app.kubernetes.io/component'],
    found: /Deployment floodgate selects the pods of/,
  },
  "a pod that sees another module's database": {
    overlay: 'split',
    check: 'credentials',
    plant: (m) => container(m, 'orders').env?.push(...(container(m, 'payments').env ?? []).slice(2)),
    found: /orders reads the Secret of payments, which it does not host/,
  },
  'a gateway before pods that count nobody': {
    overlay: 'production',
    check: 'environment',
    plant: (m) => delete first(m, 'ConfigMap').data?.['RATE_LIMIT'],
    found: /floodgate: open to the world, but without RATE_LIMIT/,
  },
  'a pod that others cannot ask': {
    overlay: 'split',
    check: 'placement',
    plant: (m) => delete first(m, 'ConfigMap').data?.['GRPC_HOST'],
    found: /orders: asked by others, but GRPC_HOST is 127\.0\.0\.1/,
  },
  'pods that may not reach their engines': {
    overlay: 'production',
    check: 'ports',
    plant: (m) => without(m, 'NetworkPolicy', 'engines'),
    found: /floodgate-worker may not reach 53, 5432, 6379, 587/,
  },
  'an autoscaler of nothing': {
    overlay: 'production',
    check: 'references',
    plant: (m) => set(first(m, 'HorizontalPodAutoscaler').spec?.scaleTargetRef, { name: 'api' }),
    found: /HorizontalPodAutoscaler floodgate names Deployment api/,
  },
  'a ScaledObject of nothing': {
    overlay: 'production',
    check: 'references',
    plant: (m) => set(first(m, 'ScaledObject').spec.scaleTargetRef, { name: 'worker' }),
    found: /ScaledObject floodgate-worker names Deployment worker/,
  },
  'a route to a Service that is not there': {
    overlay: 'split',
    check: 'references',
    plant: (m) => without(m, 'Service', 'catalog'),
    found: /HTTPRoute catalog names Service catalog/,
  },
  'a route of a listener that is not there': {
    overlay: 'split',
    check: 'references',
    plant: (m) => set(first(m, 'Gateway').spec.listeners[0], { name: 'tls' }),
    found: /names the listener https/,
  },
  'a policy of a Gateway that is not there': {
    overlay: 'split',
    check: 'references',
    plant: (m) => set(first(m, 'BackendTrafficPolicy').spec.targetRefs?.[0], { name: 'shop' }),
    found: /BackendTrafficPolicy floodgate names Gateway shop/,
  },
  'settings that are not there': {
    overlay: 'monolith',
    check: 'references',
    plant: (m) => set(first(m, 'ConfigMap').metadata, { name: 'floodgate-of-before' }),
    found: /floodgate names ConfigMap floodgate-/,
  },
  'something outside of the namespace': {
    overlay: 'monolith',
    check: 'references',
    plant: (m) => delete (first(m, 'ServiceAccount').metadata as { namespace?: string }).namespace,
    found: /ServiceAccount floodgate: namespace undefined/,
  },
  "a Service's port that no container names": {
    overlay: 'monolith',
    check: 'ports',
    plant: (m) => set(service(m, 'payments').ports?.[0], { targetPort: 'web' }),
    found: /Service payments: floodgate has no port web/,
  },
  'a headless Service that would have to translate a port': {
    overlay: 'monolith',
    check: 'ports',
    plant: (m) => set(service(m, 'payments-grpc').ports?.[0], { port: 80 }),
    found: /Service payments-grpc: headless, so its port must be 50051/,
  },
  'a route to a port that its Service has not': {
    overlay: 'monolith',
    check: 'ports',
    plant: (m) => set(service(m, 'orders').ports?.[0], { port: 8080 }),
    found: /HTTPRoute orders: no Service has the port orders:80/,
  },
  'a port that its settings do not say': {
    overlay: 'monolith',
    check: 'ports',
    plant: (m) => set(container(m, 'floodgate').ports?.[0], { containerPort: 8080 }),
    found: /ports http 8080.*but its settings say http 3000/,
  },
  'a port opened where nothing listens': {
    overlay: 'monolith',
    check: 'ports',
    plant: (m) => {
      const open = all(m, 'NetworkPolicy').flatMap(({ spec }) => spec?.ingress ?? []);
      set(open[0]?.ports?.[0], { port: 8080 });
    },
    found: /opens 8080, where no pod listens/,
  },
  'a path that nobody routes': {
    overlay: 'split',
    check: 'routes',
    plant: (m) => without(m, 'HTTPRoute', 'inventory'),
    found: /no route PathPrefix \/v1\/stock -> inventory/,
  },
  'a path routed to another module': {
    overlay: 'split',
    check: 'routes',
    plant: (m) => set(first(m, 'HTTPRoute').spec.rules?.[0]?.backendRefs?.[0], { name: 'console' }),
    found: /a route the map does not know: .* -> console/,
  },
  'a setting that nobody reads': {
    overlay: 'monolith',
    check: 'environment',
    plant: (m) => set(first(m, 'ConfigMap').data, { DRAIN_SECOND: '10' }),
    found: /no setting is called DRAIN_SECOND$/m,
  },
  'a setting of a module that is none': {
    overlay: 'monolith',
    check: 'environment',
    plant: (m) => set(first(m, 'ConfigMap').data, { ORDER_GRPC_URL: 'orders-grpc:50051' }),
    found: /no setting is called ORDER_GRPC_URL$/m,
  },
  'a setting of a value that is refused': {
    overlay: 'local',
    check: 'environment',
    plant: (m) => set(first(m, 'ConfigMap').data, { DATABASE_POOL_SIZE: 'many' }),
    found: /DATABASE_POOL_SIZE: Use a number/,
  },
  'a secret that production refuses': {
    overlay: 'local',
    check: 'environment',
    plant: (m) => delete (first(m, 'Secret').data as Record<string, string>).ADMIN_API_KEY,
    found: /ADMIN_API_KEY: needed in production/,
  },
  'a label without its module': {
    overlay: 'split',
    check: 'placement',
    plant: (m) => set(workload(m, 'payments').labels, { 'hosts-orders': 'true' }),
    found: /payments: hosts-orders,payments, but MODULES payments/,
  },
  'a module without its label': {
    overlay: 'local',
    check: 'placement',
    plant: (m) => delete workload(m, 'floodgate').labels['hosts-catalog'],
    found: /catalog, http: hosted by none/,
  },
  'a module that stays behind where it was extracted': {
    overlay: 'local without payments',
    check: 'placement',
    plant: (m) => set(workload(m, 'floodgate').labels, { 'hosts-payments': 'true' }),
    found: /payments, queue: hosted by floodgate, payments/,
  },
  'messages that nobody handles': {
    overlay: 'production',
    check: 'placement',
    plant: (m) => without(m, 'Deployment', 'floodgate-worker'),
    found: /orders, queue: hosted by none/,
  },
  'a role label that ROLES does not say': {
    overlay: 'production',
    check: 'placement',
    plant: (m) => set(workload(m, 'floodgate').labels, { 'role-queue': 'true' }),
    found: /floodgate: role-http,queue, but ROLES http/,
  },
  'a module that has no Service to be asked at': {
    overlay: 'monolith',
    check: 'placement',
    plant: (m) => without(m, 'Service', 'catalog-grpc'),
    found: /Service catalog-grpc:50051/,
  },
  'calls that go to one pod': {
    overlay: 'monolith',
    check: 'placement',
    plant: (m) => delete service(m, 'catalog-grpc').clusterIP,
    found: /without clusterIP: None/,
  },
  'a Service that sends requests to workers': {
    overlay: 'production',
    check: 'placement',
    plant: (m) => delete service(m, 'orders').selector?.['role-http'],
    found: /Service orders.*role-http/,
  },
  ...plantedPods,
};
