// All checks that need no running code, one after the other, so that one call shows everything that is wrong.
// `node scripts/lint.mjs knip prettier` runs only the named ones.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { root } from './workspace.mjs'

const bin = (tool) => path.join(root, 'node_modules/.bin', tool)
const cruised = ['packages', 'examples'].filter((folder) => existsSync(path.join(root, folder)))
const checks = {
  build: [bin('tsc'), '-b', 'tsconfig.build.json'],
  types: [bin('tsc')],
  oxlint: [bin('oxlint'), '--type-aware', '--deny-warnings'],
  layers: [bin('depcruise'), '--config', '.dependency-cruiser.cjs', ...cruised],
  prettier: [bin('prettier'), '--cache', '--check', '--log-level', 'warn', '.'],
  knip: [bin('knip')],
  docs: [process.execPath, 'scripts/check-docs.mjs'],
  conformance: [process.execPath, 'scripts/conformance.mjs', '--check'],
  repository: [process.execPath, 'scripts/check-repository.mjs'],
}

const selected = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(checks)
const failed = []
for (const name of selected) {
  if (checks[name] === undefined) throw new Error(`no check named ${name}; there are ${Object.keys(checks).join(', ')}`)
  const start = performance.now()
  const [command, ...args] = checks[name]
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) failed.push(name)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${status === 0 ? '✓' : '✗'} ${name} (${seconds} s)`)
}
console.log(failed.length === 0 ? 'lint: all clean' : `lint: ${failed.join(', ')} failed`)
process.exit(failed.length === 0 ? 0 : 1)
