/** One jest set-up for every kind of test; `--selectProjects` is not needed: the suffix of a file tells its kind. */
export default {
  testEnvironment: 'node',
  testSequencer: '<rootDir>/test/support/slowest-first.mjs',
  globalSetup: '<rootDir>/dist/test/support/set-up.js',
  globalTeardown: '<rootDir>/dist/test/support/tear-down.js',
  // What hangs fails; no machine is so slow that what works takes as long.
  testTimeout: 240_000,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  moduleNameMapper: {
    '^#libs/(.*)$': '<rootDir>/libs/$1/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  testMatch: ['<rootDir>/{apps,libs,test,tools}/**/*.{spec,int-spec,e2e-spec}.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/.hub/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.hub/'],
};
