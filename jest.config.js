// @ts-check
import { fileURLToPath } from 'node:url';

const swc = {
  exclude: [],
  sourceMaps: 'inline',
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
    keepClassNames: true,
  },
  module: { type: 'es6' },
  swcrc: false,
};

/** @type {import('jest').Config} */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  moduleFileExtensions: ['ts', 'js', 'json', 'node'],
  setupFilesAfterEnv: [fileURLToPath(new URL('test/support/retries.js', import.meta.url))],
};

/** @type {import('jest').Config} */
export default {
  // Several suites start whole services side by side on few cores.
  testTimeout: 120_000,
  // Much of the time is waiting, for processes and limits.
  maxWorkers: '100%',
  projects: [
    { ...shared, displayName: 'unit', rootDir: 'src', testMatch: ['**/*.spec.ts'] },
    {
      ...shared,
      displayName: 'e2e',
      rootDir: 'test',
      testMatch: ['**/*.e2e-spec.ts'],
      globalSetup: '<rootDir>/support/global-setup.js',
      globalTeardown: '<rootDir>/support/global-teardown.js',
    },
  ],
};
