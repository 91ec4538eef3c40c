import { defineConfig } from 'vitest/config'

// The packages as a registry would hand them out. Slow (packs, installs), so not part of `npm test`.
export default defineConfig({
  test: {
    name: 'packages',
    include: ['test/packages/**/*.test.ts'],
    globalSetup: ['test/packages/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    reporters: ['default', './scripts/closing-line-reporter.mjs'],
  },
})
