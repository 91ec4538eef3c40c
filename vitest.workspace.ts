import { defaultServerConditions } from 'vite'
import type { TestProjectConfiguration } from 'vitest/config'

/** Tests run from the sources of every workspace package, without a build. */
const conditions = ['@stream/source', ...defaultServerConditions]

const node = (name: string): TestProjectConfiguration => ({
  extends: true,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name,
    root: `./packages/${name}`,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/interop/**', 'test/process/**'],
  },
})

export default [
  node('frames'),
  node('crypto'),
  node('flow'),
  node('connection'),
  node('simulator'),
  node('localnet'),
  node('ilp-protocol-stream'),
] satisfies TestProjectConfiguration[]
