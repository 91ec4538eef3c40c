import { defineConfig } from 'vitest/config'
import projects from './vitest.workspace.ts'

const core = 'packages/{frames,crypto,flow,connection}/src'

export default defineConfig({
  test: {
    projects,
    // Files of one worker share module state, which is six times faster here; a test cleans up after itself.
    isolate: false,
    pool: 'threads',
    maxWorkers: 2,
    reporters: ['default', './scripts/closing-line-reporter.mjs'],
    setupFiles: process.env['PROPERTY_RUNS'] ? [new URL('scripts/property-runs.mjs', import.meta.url).pathname] : [],
    coverage: {
      provider: 'v8',
      include: [`${core}/**/*.ts`],
      exclude: [`${core}/**/*.{test,test-d,bench}.ts`, `${core}/**/compliance/**`, `${core}/**/compliance.ts`],
      reporter: ['text', 'html', 'json-summary'],
    },
  },
})
