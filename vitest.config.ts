import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import projects, { coreProjects } from './vitest.workspace.ts'

const propertyRuns = process.env['PROPERTY_RUNS']

/** Where amounts are decided, booked and proved: no line of it runs for the first time with somebody's money. */
const moneyModules = [
  'packages/connection/src/sums.ts',
  'packages/connection/src/packet/incoming-prepare.ts',
  'packages/connection/src/packet/outcome.ts',
  'packages/connection/src/path/deliverable-amount.ts',
  'packages/connection/src/path/delivery-ledger.ts',
  'packages/connection/src/path/exchange-rate.ts',
  'packages/connection/src/path/packet-amount.ts',
  'packages/connection/src/path/ratio.ts',
  'packages/connection/src/path/refused-rest.ts',
  'packages/connection/src/streams/allocate-shares.ts',
  'packages/connection/src/streams/money-receiver.ts',
  'packages/connection/src/streams/money-sender.ts',
  'packages/crypto/src/receipt.ts',
]

export default defineConfig({
  test: {
    projects,
    // Files of one worker share module state, which is six times faster here; a test cleans up after itself.
    isolate: false,
    pool: 'threads',
    maxWorkers: 2,
    // Against hanging for ever, and no promise of speed: on two cores at a load of 15 the slowest took 47 seconds. Many
    // runs of a property take as long as they take.
    testTimeout: propertyRuns === undefined ? 120_000 : 900_000,
    reporters: ['default', './scripts/closing-line-reporter.mjs'],
    setupFiles:
      propertyRuns === undefined ? [] : [fileURLToPath(new URL('scripts/property-runs.mjs', import.meta.url))],
    coverage: {
      provider: 'v8',
      // Below the folder of each project that `--project` names, so that a file no test loads is counted too.
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.{test,test-d,bench}.ts', 'src/**/compliance/**', 'src/**/compliance.ts'],
      reporter: [['text', { skipFull: true }], 'html', 'json-summary'],
      // `scripts/coverage.test.mjs` shows that each of them can fail.
      thresholds: {
        ...Object.fromEntries(coreProjects.map((name) => [`packages/${name}/src/**`, { lines: 98, branches: 95 }])),
        ...Object.fromEntries(moneyModules.map((file) => [file, { lines: 100 }])),
      },
    },
  },
})
