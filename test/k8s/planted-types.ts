import type { Manifest } from './manifest.js';
import { container, first, service, set } from './pick.js';

/** Faults that only the types of a kind show, by a name for each. */
export const plantedTypes: Record<string, { kind: string; plant: (manifest: Manifest) => void }> = {
  'an-unknown-field-deep-below': {
    kind: 'Deployment',
    plant: (m) => set(container([m], m.metadata.name), { imagePulPolicy: 'Always' }),
  },
  'a-text-for-a-number': {
    kind: 'Deployment',
    plant: (m) => set((m as unknown as { spec: unknown }).spec, { replicas: '3' }),
  },
  'a-missing-field': {
    kind: 'Service',
    plant: (m) => delete (service([m], m.metadata.name).ports?.[0] as { port?: number }).port,
  },
  'an-unknown-field-of-a-route': {
    kind: 'HTTPRoute',
    plant: (m) => set(first([m], 'HTTPRoute').spec.rules?.[0], { timeout: '60s' }),
  },
  'an-unknown-field-of-a-policy': {
    kind: 'BackendTrafficPolicy',
    plant: (m) => set(first([m], 'BackendTrafficPolicy').spec, { loadbalancer: { type: 'RoundRobin' } }),
  },
  'an-unknown-field-of-keda': {
    kind: 'ScaledObject',
    plant: (m) => set(first([m], 'ScaledObject').spec, { maxReplicas: 20 }),
  },
};
