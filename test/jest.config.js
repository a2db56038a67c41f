const path = require('node:path');

const swc = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2023',
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
};

// Jest runs it once, and only when a suite that names it has something to run.
const servers = { globalSetup: '<rootDir>/test/support/global-setup.ts', globalTeardown: '<rootDir>/test/support/global-teardown.ts' };

const suite = (displayName, testMatch, more = {}) => ({
  displayName,
  rootDir: path.join(__dirname, '..'),
  testMatch,
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, swcrc: false }] },
  // Prisma's generated client imports its own TypeScript files as "./x.js".
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.data'],
  ...more,
});

module.exports = {
  // No spec is about time: a machine that does something else besides may take long.
  testTimeout: 60_000,
  projects: [
    suite('unit', ['<rootDir>/src/**/!(*.int).spec.ts']),
    suite('int', ['<rootDir>/src/**/*.int.spec.ts'], servers),
    suite('e2e', ['<rootDir>/test/**/*.e2e.spec.ts'], servers),
  ],
};
