// Packs one package (folder given, default the current one) and looks at the tarball as a registry's users would get it:
// publint for the manifest, are-the-types-wrong for the types of every entry under `import` and `require`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { readPackage, root } from './workspace.mjs'

const { name, folder, manifest } = readPackage(path.resolve(process.argv[2] ?? '.'))
if (manifest.private) process.exit(0)

const bin = (tool) => path.join(root, 'node_modules/.bin', tool)
const env = { ...process.env, PATH: `${path.join(root, 'scripts/bin')}${path.delimiter}${process.env.PATH}` }
const temporary = mkdtempSync(path.join(tmpdir(), 'pack-check-'))

function run(tool, args) {
  const { status, stdout, stderr } = spawnSync(tool, args, { cwd: folder, env, encoding: 'utf8' })
  if (status === 0) return true
  console.error(`${name}: ${path.basename(tool)} ${args.join(' ')}\n${stdout}${stderr}`)
  return false
}

let ok = run(path.join(root, 'scripts/bin/pnpm'), ['pack', '--pack-destination', temporary])
const file = readdirSync(temporary).find((entry) => entry.endsWith('.tgz'))
if (ok && file !== undefined) {
  const tarball = path.join(temporary, file)
  ok = run(bin('publint'), ['run', tarball, '--strict'])
  // node10 knows no `exports`; its row is ignored, but an unresolved #import in it would still fail the run
  const attw = [tarball, '--profile', 'node16', '--ignore-rules', 'internal-resolution-error']
  ok = run(bin('attw'), attw) && ok
}
rmSync(temporary, { recursive: true, force: true })
if (ok) console.log(`${name}: package is sound`)
process.exit(ok && file !== undefined ? 0 : 1)
