import { all, type Manifest } from '../manifest.js';

/** A module's paths go to its Service, as the map says, and nothing else does. */
export function routes(manifests: Manifest[], modules: Record<string, { serves: readonly string[] }>): string[] {
  if (all(manifests, 'Gateway').length === 0) return [];
  const routed = all(manifests, 'HTTPRoute').flatMap(({ spec }) =>
    (spec.rules ?? []).flatMap(({ matches = [], backendRefs = [] }) =>
      matches.flatMap(({ path }) => backendRefs.map(({ name }) => `${path?.type} ${path?.value} -> ${name}`)),
    ),
  );
  const served = Object.entries(modules).flatMap(([module, { serves }]) =>
    serves.map((path) => `PathPrefix ${path} -> ${module}`),
  );
  const shared = ['PathPrefix /openapi.json -> floodgate', 'PathPrefix /docs -> floodgate'];
  const expected = [...served, ...shared];
  return [
    ...expected.filter((route) => !routed.includes(route)).map((route) => `no route ${route}`),
    ...routed.filter((route) => !expected.includes(route)).map((route) => `a route the map does not know: ${route}`),
  ];
}
