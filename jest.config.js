const shared = {
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

export default {
  // Above every deadline of `eventually`, so that the condition that was not met is what a failure shows.
  testTimeout: 60_000,
  // Jest's own workers share two cores with the servers under test.
  maxWorkers: 2,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{src,libs}/**/*.spec.ts', '<rootDir>/test/architecture/*.spec.ts'],
    },
    {
      ...shared,
      displayName: 'journeys',
      testMatch: ['<rootDir>/test/journeys/*.spec.ts'],
      globalSetup: '<rootDir>/dist/test/support/start-shop.js',
      globalTeardown: '<rootDir>/dist/test/support/stop-shop.js',
    },
    { ...shared, displayName: 'placement', testMatch: ['<rootDir>/test/placement/*.spec.ts'] },
    { ...shared, displayName: 'start', testMatch: ['<rootDir>/test/start/*.spec.ts'] },
    { ...shared, displayName: 'rollout', testMatch: ['<rootDir>/test/rollout/*.spec.ts'] },
    { ...shared, displayName: 'growth', testMatch: ['<rootDir>/test/growth/*.spec.ts'] },
    { ...shared, displayName: 'containers', testMatch: ['<rootDir>/test/containers/*.spec.ts'] },
    { ...shared, displayName: 'balancing', testMatch: ['<rootDir>/test/balancing/*.spec.ts'] },
    { ...shared, displayName: 'k8s', testMatch: ['<rootDir>/test/k8s/*.spec.ts'] },
    { ...shared, displayName: 'engines', testMatch: ['<rootDir>/test/engines/*.spec.ts'] },
    { ...shared, displayName: 'messaging', testMatch: ['<rootDir>/test/messaging/*.spec.ts'] },
  ],
};
