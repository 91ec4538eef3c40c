// Runs lerna with the pinned pnpm on PATH: lerna's task runner strips node_modules/.bin from it and would find none.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { root } from './workspace.mjs'

const { status } = spawnSync(process.execPath, ['node_modules/lerna/dist/cli.js', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: `${path.join(root, 'scripts/bin')}${path.delimiter}${process.env.PATH}`, CI: 'true' },
})
process.exit(status ?? 1)
