// What the scripts know about this workspace, read from the manifests each time.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/**
 * A package of the workspace.
 *
 * @typedef {object} WorkspacePackage
 * @property {string} name as published, e.g. `@stream/frames`
 * @property {string} folder absolute path
 * @property {Record<string, any>} manifest its package.json
 */

/** @returns {WorkspacePackage} */
export function readPackage(folder) {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  return { name: manifest.name, folder, manifest }
}

/** Every package under `parent` ('packages' or 'examples'), sorted by folder. @returns {WorkspacePackage[]} */
export function packagesIn(parent, base = root) {
  const folder = path.join(base, parent)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .toSorted()
    .map((name) => path.join(folder, name))
    .filter((candidate) => existsSync(path.join(candidate, 'package.json')))
    .map(readPackage)
}

/** The packages that go to a registry. */
export const publishedPackages = (base = root) =>
  packagesIn('packages', base).filter(({ manifest }) => !manifest.private)

/** Every string anywhere in `exports` or `imports` of a manifest. */
function* targets(node) {
  if (typeof node === 'string') yield node
  else if (node !== null && typeof node === 'object') for (const value of Object.values(node)) yield* targets(value)
}

/** Names of the CommonJS entries a manifest promises: `index` for `./dist/index.cjs`. */
export function cjsEntries(manifest) {
  const names = new Set()
  for (const target of targets([manifest.main, manifest.exports, manifest.imports])) {
    const match = /^\.\/dist\/(.+)\.cjs$/.exec(target)
    if (match) names.add(match[1])
  }
  return [...names]
}

/** Import specifiers a user may write: `@stream/frames`, `@stream/frames/ilp`, … without `package.json`. */
export function specifiers({ name, manifest }) {
  return Object.keys(manifest.exports)
    .filter((key) => key !== './package.json' && !key.includes('*'))
    .map((key) => name + key.slice(1))
}
