import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import projects from './vitest.workspace.ts'

const propertyRuns = process.env['PROPERTY_RUNS']
const core = 'packages/{frames,crypto,flow,connection}/src'

export default defineConfig({
  test: {
    projects,
    // Files of one worker share module state, which is six times faster here; a test cleans up after itself.
    isolate: false,
    pool: 'threads',
    maxWorkers: 2,
    // Generous: a loaded machine is no failure. Many runs of a property take as long as they take.
    testTimeout: propertyRuns === undefined ? 30_000 : 900_000,
    reporters: ['default', './scripts/closing-line-reporter.mjs'],
    setupFiles:
      propertyRuns === undefined ? [] : [fileURLToPath(new URL('scripts/property-runs.mjs', import.meta.url))],
    coverage: {
      provider: 'v8',
      include: [`${core}/**/*.ts`],
      exclude: [`${core}/**/*.{test,test-d,bench}.ts`, `${core}/**/compliance/**`, `${core}/**/compliance.ts`],
      reporter: ['text', 'html', 'json-summary'],
    },
  },
})
