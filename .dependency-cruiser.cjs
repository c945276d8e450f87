const MODULES = '^src/([^/]+)/';

/** The boundaries of the house: see README.md. test/architecture shows that they bite. */
module.exports = {
  forbidden: [
    {
      name: 'modules-meet-at-contracts',
      comment: 'A module reaches another one only through its contract/index.ts or a file that the contract shows.',
      severity: 'error',
      from: { path: MODULES },
      to: { path: MODULES, pathNot: ['^src/$1/', '^src/[^/]+/contract/(?!private)'] },
    },
    {
      name: 'contracts-import-only-contracts-and-the-kernel',
      severity: 'error',
      from: { path: '^src/[^/]+/contract/' },
      to: { pathNot: ['^src/[^/]+/contract/', '^libs/kernel/', 'node_modules/zod/'] },
    },
    {
      name: 'domain-is-pure',
      comment: 'Rules without I/O: only the kernel, the contract and other domain files.',
      severity: 'error',
      from: { path: '^src/[^/]+/domain/', pathNot: '[.]spec[.]ts$' },
      to: {
        pathNot: [
          '^src/[^/]+/domain/',
          '^src/[^/]+/contract/',
          '^libs/kernel/',
          'node_modules/zod/',
          '^(node:)?(crypto|util)$',
        ],
      },
    },
    {
      name: 'libs-never-import-src',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^src/' },
    },
    {
      name: 'libs-meet-at-their-index',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index[.]ts$'] },
    },
    {
      name: 'src-takes-libs-by-their-index',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^libs/', pathNot: '^libs/[^/]+/src/index[.]ts$' },
    },
    {
      name: 'the-kernel-depends-on-nothing',
      severity: 'error',
      from: { path: '^libs/kernel/' },
      to: { path: '^libs/(?!kernel/)' },
    },
    {
      name: 'only-the-map-knows-all-modules',
      comment: 'Files at the top of src may use contracts; modules are loaded by modules.ts alone.',
      severity: 'error',
      from: { path: '^src/[^/]+[.]ts$', pathNot: '^src/modules[.]ts$' },
      to: { path: MODULES, pathNot: '^src/[^/]+/contract/(?!private)' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'require', 'node', 'default', 'types'],
    },
  },
};
