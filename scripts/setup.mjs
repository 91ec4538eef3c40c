#!/usr/bin/env node
// Installs the workspace with the pinned pnpm (through npx, nothing global) when it is not installed or is stale.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

process.chdir(path.dirname(path.dirname(fileURLToPath(import.meta.url))))

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node >= 20.19 is needed to work on this repository, this is ${process.version}`)
  process.exit(1)
}

const run = (command, args) =>
  spawnSync(command, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, CI: 'true' }, // pnpm must never wait for an answer on a terminal
  }).status ?? 1

const manifests = ['packages', 'examples']
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}/package.json`))
  .filter((file) => existsSync(file))
const hash = createHash('sha256').update(String(major))
for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests]) {
  hash.update(file).update(readFileSync(file))
}
const stamp = 'node_modules/.setup-stamp'
const wanted = hash.digest('hex')
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  const pnpm = JSON.parse(readFileSync('package.json', 'utf8')).packageManager.split('+')[0]
  const args = ['--yes', pnpm, 'install', '--frozen-lockfile']
  // pnpm's worker was seen to crash about once in ten cold installs; a second try has always succeeded
  if (run('npx', args) !== 0 && run('npx', args) !== 0) process.exit(1)
  writeFileSync(stamp, wanted)
}

if (
  process.argv.includes('--build') &&
  run(process.execPath, ['node_modules/typescript-7/bin/tsc', '-b', 'tsconfig.build.json']) !== 0
) {
  process.exit(1)
}
