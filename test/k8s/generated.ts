import { settingOf } from '#libs/config';

/** As much of the map of modules (src/modules.ts) as Kubernetes has to know. */
export type Served = Record<string, { serves: readonly string[] }>;

const NOTE = '# From src/modules.ts, by `npm run build && node dist/test/k8s/generate.js`: change that, not this.';

/** What a pod needs to know for a module that it hosts, and no other pod: the keys of the Secret `floodgate-<module>`. */
export const secretsOf = (module: string) => [
  settingOf(module, 'DATABASE_URL'),
  ...(module === 'notifications' ? ['SMTP_URL'] : []),
];

/** Everything below `k8s/` that follows from the map of modules: path to text. */
export function generated(modules: Served): Map<string, string> {
  const names = Object.keys(modules);
  const files = new Map([
    ['base/services.yaml', document(names.flatMap(services))],
    [
      'components/gateway/routes.yaml',
      document(Object.entries(modules).flatMap(([name, { serves }]) => route(name, serves))),
    ],
  ]);
  files.set('components/module-secrets/kustomization.yaml', moduleSecrets(names));
  names.forEach((name, place) => {
    files.set(`components/extract-module/${name}/kustomization.yaml`, extraction(name, place));
    files.set(
      `components/extract-module/${name}/deployment.yaml`,
      document([deployment(name), disruptionBudget(name)]),
    );
  });
  return files;
}

const document = (parts: string[]) => `${NOTE}\n${parts.join('---\n')}`;

/** One for requests, one without an address of its own for gRPC: its name has the addresses of all pods. */
const services = (module: string) => [
  `apiVersion: v1
kind: Service
metadata:
  name: ${module}
spec:
  selector: { hosts-${module}: 'true', role-http: 'true' }
  ports:
    - { name: http, port: 80, targetPort: http, appProtocol: http }
`,
  `apiVersion: v1
kind: Service
metadata:
  name: ${module}-grpc
spec:
  clusterIP: None
  selector: { hosts-${module}: 'true' }
  ports:
    - { name: grpc, port: 50051, targetPort: grpc, appProtocol: kubernetes.io/h2c }
`,
];

/** A minute is more than the longest `Prefer: wait`. */
const route = (module: string, serves: readonly string[]) =>
  serves.length === 0
    ? []
    : `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: ${module}
spec:
  parentRefs:
    - name: floodgate
      sectionName: https
  rules:
    - matches:
${serves.map((path) => `        - path: { type: PathPrefix, value: ${path} }\n`).join('')}      backendRefs:
        - name: ${module}
          port: 80
      timeouts:
        request: 60s
`;

const moduleSecrets = (modules: string[]) => `${NOTE}
# A Secret a module from <module>.env beside this file, which git ignores: its ${secretsOf('<module>').join()}, and SMTP_URL in
# notifications.env. Each goes to the pods that host the module, so put none of them into components/secret. The owners of the
# tables, <MODULE>_DIRECT_URL of each, stand in migrate.env, which the migration alone reads.
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
secretGenerator:
${[...modules, 'migrate'].map((name) => `  - { name: floodgate-${name}, envs: [${name}.env] }\n`).join('')}`;

const extraction = (module: string, place: number) => `${NOTE}
# Moves ${module} into a Deployment of its own: adds that, and takes label and name away from those that host the rest.
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources:
  - deployment.yaml
components:
  - ../../pod
patches:
  - target: &rest { kind: Deployment, labelSelector: 'app.kubernetes.io/component in (monolith, worker)' }
    patch: |
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: any
      spec:
        template:
          metadata:
            labels:
              hosts-${module}: null
          spec:
            containers:
              - name: floodgate
                env:
${secretsOf(module)
  .map((name) => `                  - { name: ${name}, $patch: delete }\n`)
  .join('')}replacements:
  # Item ${place} of MODULES, counted from 0, becomes empty, which counts for nothing.
  - source: { kind: Deployment, name: ${module}, fieldPath: metadata.annotations.leaves-behind }
    targets:
      - select: *rest
        fieldPaths: ['spec.template.spec.containers.[name=floodgate].env.[name=MODULES].value']
        options: { delimiter: ',', index: ${place} }
`;

const deployment = (module: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${module}
  labels: &identity
    app.kubernetes.io/name: floodgate
    app.kubernetes.io/component: ${module}
  annotations:
    leaves-behind: ''
spec:
  selector:
    matchLabels: *identity
  template:
    metadata:
      labels:
        app.kubernetes.io/name: floodgate
        app.kubernetes.io/component: ${module}
        role-http: 'true'
        role-queue: 'true'
        hosts-${module}: 'true'
    spec:
      containers:
        - name: floodgate
          image: floodgate
          env:
            - name: MODULES
              value: ${module}
            - name: ROLES
              value: http,queue
${secretsOf(module)
  .map((name) => secret(module, name))
  .join('')}`;

const secret = (module: string, name: string) => `            - name: ${name}
              valueFrom:
                secretKeyRef: { name: floodgate-${module}, key: ${name}, optional: true }
`;

const disruptionBudget = (module: string) => `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: ${module}
  labels:
    app.kubernetes.io/component: ${module}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      app.kubernetes.io/name: floodgate
      app.kubernetes.io/component: ${module}
`;
