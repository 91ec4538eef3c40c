// Programs that run as processes of their own load the built packages: see that these are up to date.
import { spawnSync } from 'node:child_process'
import { root } from './workspace.mjs'

export function setup() {
  const build = spawnSync(process.execPath, ['node_modules/typescript-7/bin/tsc', '-b', 'tsconfig.build.json'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (build.status !== 0) throw new Error(`the packages do not build:\n${build.stdout}${build.stderr}`)
}
