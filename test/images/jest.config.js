import common from '../../jest.config.js';

/** Real containers: `npm run test:images`. */
export default {
  ...common,
  rootDir: '../..',
  roots: ['<rootDir>/test/images'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/images/setup.ts',
  globalTeardown: '<rootDir>/test/images/teardown.ts',
  // They wait for containers more than they work.
  maxWorkers: 2,
  testTimeout: 120_000,
};
