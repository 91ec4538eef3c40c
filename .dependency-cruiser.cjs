const fs = require('node:fs')
const path = require('node:path')

/**
 * Which package may import which. A package imports only from layers below its own:
 *
 *   4   fuzz · research · bench
 *   3   localnet
 *   2   ilp-protocol-stream · simulator
 *   1   connection
 *   0   frames · crypto · flow          (nothing of each other)
 *
 * Tests may import anything.
 */
const layers = [
  ['frames', 'crypto', 'flow'],
  ['connection'],
  ['ilp-protocol-stream', 'simulator'],
  ['localnet'],
  ['fuzz', 'research', 'bench'],
]

const sourceOf = (packages) => `^packages/(${packages.join('|')})/src/`
const testFile = '[.](test|test-d|bench)[.]ts$'

const layerRules = layers.map((packages, level) => ({
  name: `layer-${level}-imports-only-downward`,
  comment: `${packages.join(', ')}: may import only packages of lower layers (and files of the package itself).`,
  severity: 'error',
  from: { path: `^packages/(${packages.join('|')})/src/`, pathNot: testFile },
  to: { path: sourceOf([...packages, ...layers.slice(level + 1).flat()]), pathNot: '^packages/$1/' },
}))

/** The source files that some package.json names as an entry point. */
const packagesFolder = path.join(__dirname, 'packages')
const entryPoints = fs.readdirSync(packagesFolder).flatMap((folder) => {
  const file = path.join(packagesFolder, folder, 'package.json')
  if (!fs.existsSync(file)) return []
  const targets = Object.values(JSON.parse(fs.readFileSync(file, 'utf8')).exports ?? {})
  const sources = targets.map((target) => target['@stream/source']).filter((source) => source !== undefined)
  return sources.map(
    (source) => `^${path.posix.join('packages', folder, source).replaceAll('.', '[.]').replaceAll('*', '.+')}$`,
  )
})

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'every-package-has-a-layer',
      comment: 'A package that no layer names would be free of all rules: add it to `layers`.',
      severity: 'error',
      from: { path: '^packages/', pathNot: `^packages/(${layers.flat().join('|')})/` },
      to: {},
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or a third holds what both need.',
      severity: 'error',
      from: {},
      // A type-only import vanishes at run time, but a cycle of types is a cycle of understanding too.
      to: { circular: true },
    },
    {
      name: 'no-node-builtins-in-the-core',
      comment: 'The core and the simulator run anywhere; only the Node CryptoProvider may import node:*.',
      severity: 'error',
      from: {
        path: sourceOf(['frames', 'crypto', 'flow', 'connection', 'simulator']),
        pathNot: [testFile, '^packages/crypto/src/node[.]ts$'],
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'sources-do-not-import-tests',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: testFile },
      to: { path: [testFile, '^packages/[^/]+/test/'] },
    },
    {
      name: 'barrels-only-at-entry-points',
      comment: 'Import a thing from the file that makes it; only what a package.json names re-exports.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: [testFile, ...entryPoints] },
      to: { dependencyTypes: ['export'] },
    },
    {
      name: 'declared-dependencies-only',
      comment: 'A published file imports what its own package.json lists under dependencies or peerDependencies.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: testFile },
      to: {
        pathNot: '/node_modules/@types/',
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'],
        dependencyTypesNot: ['npm', 'npm-peer', 'npm-optional', 'type-only'],
      },
    },
    {
      name: 'resolvable',
      comment: 'An import that resolves to nothing also escapes every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'examples-use-public-entries',
      comment: 'An example imports packages by name, as a user would.',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^packages/', dependencyTypes: ['local'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: ['(^|/)dist/', '(^|/)coverage/', '^docs/api/'] },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@stream/source', 'import', 'module-sync', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.mts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
}
