import { defineConfig } from 'vitest/config'

// Published programs that stand on ilp-protocol-stream, with ours under them. Slow (packs, installs), so nightly.
export default defineConfig({
  test: {
    name: 'downstream',
    include: ['test/downstream/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 300_000,
    reporters: ['default', './scripts/closing-line-reporter.mjs'],
  },
})
