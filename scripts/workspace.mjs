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

/**
 * Names of the CommonJS entries a manifest promises: `index` for `./dist/index.cjs`, and for `./dist/part/*.cjs` one for
 * every module that was compiled into `dist/part`.
 */
export function cjsEntries({ folder, manifest }) {
  const names = new Set()
  for (const target of targets([manifest.main, manifest.exports, manifest.imports])) {
    const match = /^\.\/dist\/(.+)\.cjs$/.exec(target)
    if (match) for (const stem of stems(folder, match[1])) names.add(match[1].replace('*', stem))
  }
  return [...names]
}

/**
 * Exports that are named like files in dist (`./dist/src/*.js`), which resolvers that know no `exports` look for.
 *
 * @returns {{ file: string, entry: string }[]} `file` without its extension and `entry`, the module it stands for, both
 *   relative to dist
 */
export function filesOfExports({ folder, manifest }) {
  return Object.entries(manifest.exports ?? {}).flatMap(([key, conditions]) => {
    const file = /^\.\/dist\/(.+)\.js$/.exec(key)?.[1]
    const entry = /^\.\/dist\/(.+)\.cjs$/.exec(conditions?.require?.default)?.[1]
    if (file === undefined || entry === undefined) return []
    return stems(folder, entry).map((stem) => ({ file: file.replace('*', stem), entry: entry.replace('*', stem) }))
  })
}

/** What `*` stands for in a module name relative to dist; one empty string where there is none. */
function stems(folder, pattern) {
  const [parent, rest] = pattern.split('*')
  if (rest === undefined) return ['']
  const dist = path.join(folder, 'dist', parent)
  if (!existsSync(dist)) return []
  return readdirSync(dist, { recursive: true })
    .filter((file) => file.endsWith(`${rest}.js`))
    .map((file) => file.slice(0, -`${rest}.js`.length).replaceAll(path.sep, '/'))
    .toSorted()
}

/** Import specifiers a user may write: `@stream/frames`, `@stream/frames/ilp`, … without `package.json`. */
export function specifiers({ name, manifest }) {
  return Object.keys(manifest.exports)
    .filter((key) => key !== './package.json' && !key.includes('*'))
    .map((key) => name + key.slice(1))
}
