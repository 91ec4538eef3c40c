import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Whose code decides what a run gives. */
const PACKAGES = ['frames', 'crypto', 'flow', 'connection', 'simulator', 'research']

/**
 * A hash over the code of all packages that take part in a run, and over the modules given: figures of different code
 * must not end up in one table.
 */
export const codeFingerprint = (modules: readonly string[]): string => {
  const hash = createHash('sha256')
  // Sources run with sources, what was built with what was built.
  const own = path.dirname(fileURLToPath(import.meta.url))
  const packages = path.dirname(path.dirname(own))
  for (const name of PACKAGES) {
    for (const file of codeIn(path.join(packages, name, path.basename(own))))
      hash.update(file).update(readFileSync(file))
  }
  for (const file of modules) if (existsSync(file)) hash.update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}

const codeIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?<!\.d|\.test|\.bench)\.[jt]s$/.test(file))
    .sort()
    .map((file) => path.join(folder, file))
