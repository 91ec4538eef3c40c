// What must hold for the repository as a whole: nothing in it depends on the machine it was written on, and the
// TypeScript project references say the same as the manifests.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { packagesIn, publishedPackages, root } from './workspace.mjs'

const publicRegistry = 'registry.npmjs.org'
const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** Absolute paths that exist only on a developer's machine. */
function machinePaths(base, home) {
  const folders = [base, path.dirname(base), home].filter((folder) => path.dirname(folder) !== folder)
  const known = folders.map((folder) => `${escape(folder)}/`)
  return new RegExp(String.raw`(?<![\w.~/-])(?:${[...known, '/home/\\w+/', '/Users/\\w+/'].join('|')})`)
}

/** @returns {string[]} one line per fault in one text file */
export function faultsInFile(file, text, { base = root, home = homedir() } = {}) {
  const faults = []
  const paths = machinePaths(base, home)
  for (const [index, line] of text.split('\n').entries()) {
    const at = `${file}:${index + 1}`
    const found = paths.exec(line)
    if (found !== null) faults.push(`${at} names a path of one machine: ${found[0]}`)
    if (/^(<{7}|>{7}) /.test(line)) faults.push(`${at} holds a merge conflict`)
    const isLock = /(^|\/)(pnpm-lock\.yaml|package-lock\.json|yarn\.lock)$/.test(file)
    const host = /https?:\/\/([^/\s'"]+)/.exec(line)?.[1]
    if (isLock && host !== undefined && /tarball|resolved|registry/.test(line) && host !== publicRegistry) {
      faults.push(`${at} resolves from ${host} instead of ${publicRegistry}`)
    }
    if (/(^|\/)\.npmrc$/.test(file) && /registry\s*=|_auth/i.test(line)) faults.push(`${at} sets a registry or a token`)
  }
  const source = /^packages\/[^/]+\/src\/(.+)\.ts$/.exec(file)?.[1]
  if (source !== undefined && /^export \* from/m.test(text)) faults.push(`${file} exports names it does not list`)
  if (source !== undefined && /(^|[/-])(utils?|helpers?|manager|misc|common)$/.test(source)) {
    faults.push(`${file} has a name that says nothing: name its one job`)
  }
  if (/(^|\/)(package-lock\.json|yarn\.lock)$/.test(file)) faults.push(`${file}: pnpm-lock.yaml is the only lock file`)
  return faults
}

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'))
const sorted = (values) => [...values].toSorted()
const referenced = (file) =>
  (readJson(file).references ?? []).map((reference) => path.join(path.dirname(file), reference.path))

/** @returns {string[]} one line per package whose project references and manifest disagree */
export function faultsInReferences(base = root) {
  const packages = packagesIn('packages', base).filter(({ folder }) => existsSync(path.join(folder, 'tsconfig.json')))
  const faults = []
  const all = referenced(path.join(base, 'tsconfig.build.json'))
  for (const { name, folder, manifest } of packages) {
    if (!all.includes(folder)) faults.push(`tsconfig.build.json does not reference ${path.relative(base, folder)}`)
    const wanted = packages
      .filter((other) => manifest.dependencies?.[other.name] !== undefined)
      .map((other) => other.folder)
    const actual = referenced(path.join(folder, 'tsconfig.json'))
    if (sorted(wanted).join() !== sorted(actual).join()) {
      const names = sorted(wanted).map((target) => path.relative(folder, target))
      faults.push(`${name}: tsconfig.json references should be [${names}], as its dependencies are`)
    }
  }
  return faults
}

/** @returns {string[]} one line per package that was never released and that no changeset will release */
export function faultsInChangesets(base = root) {
  const folder = path.join(base, '.changeset')
  const changesets = readdirSync(folder)
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .map((file) => readFileSync(path.join(folder, file), 'utf8'))
  return publishedPackages(base)
    .filter(({ manifest }) => manifest.version === '0.0.0')
    .filter(({ name }) => !changesets.some((text) => text.includes(`'${name}':`)))
    .map(({ name }) => `${name}: no changeset names it, so it would never be released`)
}

/** @returns {string[]} one line per published package that lacks what its users need */
export function faultsInManifests(base = root) {
  const faults = []
  for (const { name, folder, manifest } of packagesIn('packages', base)) {
    if (manifest.private) continue
    if (!existsSync(path.join(folder, 'README.md'))) faults.push(`${name}: no README.md`)
    for (const key of ['description', 'license', 'engines', 'exports', 'files']) {
      if (manifest[key] === undefined) faults.push(`${name}: package.json has no ${key}`)
    }
    for (const [dependency, range] of Object.entries(manifest.dependencies ?? {})) {
      if (/^(file|link|git|https?):/.test(range)) faults.push(`${name}: ${dependency} is taken from ${range}`)
    }
  }
  return faults
}

const binary = /\.(png|jpg|ico|woff2?|wasm)$/
const ownTest = 'scripts/check-repository.test.mjs' // holds what must not be, to prove that it is found

function trackedTextFiles() {
  const listed = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0')
  const present = listed.filter((file) => file !== '' && existsSync(path.join(root, file)))
  return present.filter((file) => !binary.test(file) && file !== ownTest)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const inFiles = trackedTextFiles().flatMap((file) => faultsInFile(file, readFileSync(path.join(root, file), 'utf8')))
  const faults = [...inFiles, ...faultsInReferences(), ...faultsInManifests(), ...faultsInChangesets()]
  for (const fault of faults) console.error(fault)
  process.exit(faults.length === 0 ? 0 : 1)
}
