import { all } from './manifest.js';
import { container, set, workload } from './pick.js';
import type { Fault } from './planted.js';

/** Faults of pods: how they start, stop, are watched, sized and let out. */
export const plantedPods: Record<string, Fault> = {
  'a probe of a path that is not there': {
    overlay: 'monolith',
    check: 'lifecycle',
    plant: (m) => set(container(m, 'floodgate').readinessProbe?.httpGet, { path: '/healthz' }),
    found: /readinessProbe asks \/healthz at ops/,
  },
  'a probe at the port of the API': {
    overlay: 'monolith',
    check: 'lifecycle',
    plant: (m) => set(container(m, 'floodgate').livenessProbe?.httpGet, { port: 'http' }),
    found: /livenessProbe asks \/livez at http/,
  },
  'a pod that is killed while it drains': {
    overlay: 'monolith',
    check: 'lifecycle',
    plant: (m) => delete workload(m, 'floodgate').pod.terminationGracePeriodSeconds,
    found: /killed after 30 s, but it may take 35 s/,
  },
  'a container that may write everywhere': {
    overlay: 'split',
    check: 'security',
    plant: (m) => set(container(m, 'orders').securityContext, { readOnlyRootFilesystem: false }),
    found: /orders may write its root file system/,
  },
  'a pod that may run as root': {
    overlay: 'local',
    check: 'security',
    plant: (m) => delete workload(m, 'postgres').pod.securityContext?.runAsNonRoot,
    found: /postgres may run as root/,
  },
  'a pod that is killed while it waits for the migrations': {
    overlay: 'monolith',
    check: 'lifecycle',
    plant: (m) => set(container(m, 'floodgate').startupProbe, { failureThreshold: 60 }),
    found: /killed while it waits for the migrations/,
  },
  'a pod that asks for no room on its node': {
    overlay: 'monolith',
    check: 'security',
    plant: (m) => delete container(m, 'floodgate').resources?.requests?.['ephemeral-storage'],
    found: /floodgate asks for no ephemeral storage/,
  },
  'broken pods that hold up the drain of a node': {
    overlay: 'monolith',
    check: 'evictions',
    plant: (m) => all(m, 'PodDisruptionBudget').forEach((one) => Object.assign(one, { spec: {} })),
    found: /broken pods hold up a drain/,
  },
  'a gateway that goes on asking a pod that fails': {
    overlay: 'production',
    check: 'ejections',
    plant: (m) => all(m, 'BackendTrafficPolicy').forEach((one) => Object.assign(one, { spec: {} })),
    found: /no pod that fails is ever ejected/,
  },
  'a folder that cannot be written': {
    overlay: 'local',
    check: 'security',
    plant: (m) => container(m, 'floodgate').volumeMounts?.pop(),
    found: /floodgate cannot write \/data/,
  },
};
