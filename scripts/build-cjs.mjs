// Writes dist/NAME.cjs and dist/NAME.d.cts for every CommonJS entry that a package.json promises, from what `tsc -b`
// left in dist, and a CommonJS file for every export that is named like a file in dist. Without arguments: every published package; otherwise the package folders given. A package whose dist
// did not change since the last call is skipped.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { rollup } from 'rollup'
import { dts } from 'rollup-plugin-dts'
import { cjsEntries, filesOfExports, publishedPackages, readPackage } from './workspace.mjs'

/** Everything that is not a file of the package stays an import, resolved where the package is installed. */
const external = (id) => !id.startsWith('.') && !path.isAbsolute(id)

/** Hands the maps of `tsc` on, so that a stack trace through the bundle ends in the TypeScript source. */
const sourceMaps = {
  name: 'tsc-source-maps',
  load: (file) =>
    existsSync(`${file}.map`) ? { code: readFileSync(file, 'utf8'), map: readFileSync(`${file}.map`, 'utf8') } : null,
}

const onwarn = (warning) => {
  if (warning.code === 'EMPTY_BUNDLE') return // a module of types alone
  throw new Error(warning.message)
}

async function bundle(dist, names, extension, plugins, output) {
  const input = Object.fromEntries(names.map((name) => [name, path.join(dist, `${name}.${extension}`)]))
  const build = await rollup({ input, external, plugins, onwarn })
  await build.write({ dir: dist, ...output })
  await build.close()
}

/** Hash of what the CommonJS build reads: the emitted files (not its own), the names and this script. */
function fingerprint(dist, names, files) {
  const written = new Set(files.flatMap(({ file }) => [path.normalize(`${file}.js`), path.normalize(`${file}.d.ts`)]))
  const hash = createHash('sha256')
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .update(names.join('\n'))
  for (const file of readdirSync(dist, { recursive: true }).toSorted()) {
    if (/\.(js|d\.ts)$/.test(file) && !written.has(file)) hash.update(file).update(readFileSync(path.join(dist, file)))
  }
  return hash.digest('hex')
}

function removePreviousOutput(dist) {
  rmSync(path.join(dist, '_shared'), { recursive: true, force: true })
  for (const file of readdirSync(dist, { recursive: true })) {
    if (/\.(cjs|cjs\.map|d\.cts)$/.test(file)) rmSync(path.join(dist, file))
  }
}

/** Writes `file` with what hands on `entry`, in a folder whose `.js` files are CommonJS whatever the package's are. */
function writeFileOfExport(dist, { file, entry }) {
  const folder = path.join(dist, path.dirname(file))
  const target = path.relative(folder, path.join(dist, entry)).replaceAll(path.sep, '/')
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(dist, `${file}.js`), `module.exports = require('${target}.cjs')\n`)
  writeFileSync(path.join(dist, `${file}.d.ts`), `export * from '${target}.cjs'\n`)
}

function writeFilesOfExports(dist, files) {
  for (const file of files) writeFileOfExport(dist, file)
  for (const top of new Set(files.map(({ file }) => file.split('/')[0]))) {
    writeFileSync(path.join(dist, top, 'package.json'), '{ "type": "commonjs" }\n')
  }
}

/** @returns {Promise<string | undefined>} what was done, nothing when everything was up to date */
async function buildPackage(candidate) {
  const { name, folder } = candidate
  const names = cjsEntries(candidate)
  const files = filesOfExports(candidate)
  if (names.length === 0) return undefined
  const dist = path.join(folder, 'dist')
  const missing = names.find((entry) => !existsSync(path.join(dist, `${entry}.js`)))
  if (missing !== undefined) throw new Error(`dist/${missing}.js does not exist; run \`tsc -b\` first`)

  const stamp = path.join(folder, 'node_modules/.cache/build-cjs.txt')
  const wanted = fingerprint(dist, [...names, ...files.map(({ file }) => file)], files)
  const outputs = [
    ...names.flatMap((entry) => [`${entry}.cjs`, `${entry}.d.cts`]),
    ...files.flatMap(({ file }) => [`${file}.js`, `${file}.d.ts`]),
  ]
  const complete = outputs.every((file) => existsSync(path.join(dist, file)))
  if (complete && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return undefined

  rmSync(stamp, { force: true })
  removePreviousOutput(dist)
  await bundle(dist, names, 'js', [sourceMaps], {
    format: 'cjs',
    exports: 'named',
    esModule: true,
    sourcemap: true,
    dynamicImportInCjs: false, // Jest cannot load a kept `import()`
    entryFileNames: '[name].cjs',
    chunkFileNames: '_shared/[name].cjs',
  })
  await bundle(dist, names, 'd.ts', [dts()], {
    format: 'es',
    entryFileNames: '[name].d.cts',
    chunkFileNames: '_shared/[name].d.cts',
  })
  writeFilesOfExports(dist, files)
  mkdirSync(path.dirname(stamp), { recursive: true })
  writeFileSync(stamp, wanted)
  return `${name}: ${names.length} CommonJS ${names.length === 1 ? 'entry' : 'entries'}`
}

const folders = process.argv.slice(2)
const selected = folders.length > 0 ? folders.map((folder) => readPackage(path.resolve(folder))) : publishedPackages()
let failed = false
for (const candidate of selected) {
  try {
    const done = await buildPackage(candidate)
    if (done !== undefined) console.log(done)
  } catch (error) {
    failed = true
    console.error(`${candidate.name}: ${error.message}`)
  }
}
process.exitCode = failed ? 1 : 0
