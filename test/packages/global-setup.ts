import type { TestProject } from 'vitest/node'
import { root } from '../../scripts/workspace.mjs'
import { installPackages, run } from './installation.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder outside the repository in which the packed packages are installed. */
    consumer: string
  }
}

/** Builds, packs and installs once for all test files. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  await run('npm', ['run', 'build'], root)
  const installation = await installPackages()
  provide('consumer', installation.folder)
  return () => installation.remove()
}
