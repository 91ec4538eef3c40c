import { existsSync, readdirSync } from 'node:fs'
import { defaultServerConditions } from 'vite'
import type { TestProjectConfiguration } from 'vitest/config'

/** Tests run from the sources of every workspace package, without a build. */
const conditions = ['@stream/source', ...defaultServerConditions]
const fromSource = { resolve: { conditions }, ssr: { resolve: { conditions } } }

/** Layers 0 and 1. `npm run coverage` runs these, `npm run test:rest` all others, `npm test` both. */
export const coreProjects = ['frames', 'crypto', 'flow', 'connection']

/** One project per package. Its files share module state within a worker, which is six times faster. */
const unit = (name: string): TestProjectConfiguration => ({
  extends: true,
  ...fromSource,
  test: {
    name,
    root: `./packages/${name}`,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/interop/**', 'test/process/**'],
  },
})

/** Suites that open sockets, spawn processes or load the predecessor get a process of their own per file. */
const isolated = (name: string, include: string[], globalSetup: string[] = []): TestProjectConfiguration => ({
  extends: true,
  ...fromSource,
  test: {
    name,
    root: '.',
    include,
    globalSetup,
    pool: 'forks',
    isolate: true,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

const packages = readdirSync(new URL('packages', import.meta.url)).filter((name) =>
  existsSync(new URL(`packages/${name}/src`, import.meta.url)),
)

/** All that `npm run coverage` does not run. */
export const restProjects = [
  ...packages.filter((name) => !coreProjects.includes(name)).map(unit),
  isolated('interop', ['packages/*/test/interop/**/*.test.ts']),
  isolated(
    'process',
    ['packages/*/test/process/**/*.test.ts', 'examples/**/*.test.{ts,mjs}'],
    ['scripts/build-for-tests.mjs'],
  ),
  isolated('tooling', ['scripts/**/*.test.mjs']),
]

export default [...coreProjects.map(unit), ...restProjects]
