import { defineConfig } from 'vitest/config'
import projects from './vitest.workspace.ts'

export default defineConfig({
  test: {
    projects,
    // Files of one worker share module state, which is six times faster here; a test cleans up after itself.
    isolate: false,
    pool: 'threads',
    maxWorkers: 2,
    reporters: ['default', './scripts/closing-line-reporter.mjs'],
  },
})
