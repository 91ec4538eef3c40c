// .ci/run is the gate: it must add up what the suites say and fail whenever one of them does. The commands it calls are
// replaced by ones that print what a run would print.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { root } from './workspace.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'ci-run-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
mkdirSync(path.join(folder, '.ci'))
mkdirSync(path.join(folder, 'bin'))
cpSync(path.join(root, '.ci/run'), path.join(folder, '.ci/run'))

const suites = ['coverage', 'test:rest', 'test:packages']

/** @param {Record<string, string>} scripts shell code for `install` and the names of npm scripts */
function ci(scripts) {
  const cases = Object.entries(scripts).map(([name, code]) => `*" ${name} "*) ${code};;`)
  const others = suites.map((name) => `*" ${name} "*) echo "1 passed, 0 failed, 0 skipped";;`)
  const npm = `#!/bin/sh\ncase " $* " in\n${[...cases, ...others].join('\n')}\nesac\n`
  writeFileSync(path.join(folder, 'bin/npm'), npm, { mode: 0o755 })
  writeFileSync(path.join(folder, 'bin/node'), `#!/bin/sh\n${scripts.install ?? 'true'}\n`, { mode: 0o755 })
  const env = { ...process.env, PATH: `${path.join(folder, 'bin')}:/usr/local/bin:/usr/bin:/bin` }
  const { status, stdout } = spawnSync('bash', ['.ci/run'], { cwd: folder, env, encoding: 'utf8' })
  return { status, last: stdout.trimEnd().split('\n').at(-1) }
}

/** Everything but the test suites: install, build, lint, … */
const otherSteps = readFileSync(path.join(root, '.ci/run'), 'utf8').match(/^step '/gm).length

describe('.ci/run', () => {
  it('adds up the tests of every suite and the other steps', () => {
    const passing = (count) => `echo "${count} passed, 0 failed, 0 skipped"`
    const scripts = { coverage: passing(90), 'test:rest': passing(700), 'test:packages': passing(8) }
    expect(ci(scripts)).toEqual({ status: 0, last: `${798 + otherSteps} passed, 0 failed` })
  })

  it.each(suites)('fails with the failed tests of %s', (name) => {
    const code = 'echo "90 passed, 3 failed, 0 skipped"; exit 1'
    expect(ci({ [name]: code })).toEqual({ status: 1, last: `${92 + otherSteps} passed, 3 failed` })
  })

  it.each([
    ['crashes without a closing line', 'echo "boom"; exit 139'],
    ['ends well but without a closing line', 'echo "nothing to see"'],
    ['fails although every test passed', 'echo "0 passed, 0 failed, 0 skipped"; exit 1'],
    ['ran no test', 'echo "0 passed, 0 failed, 0 skipped"'],
    ['skipped a test', 'echo "0 passed, 0 failed, 1 skipped"'],
  ])('fails when a suite %s', (_, code) => {
    expect(ci({ coverage: code })).toEqual({ status: 1, last: `${2 + otherSteps} passed, 1 failed` })
  })

  it.each(['build', 'lint', 'size', 'sim', 'fuzz', 'demo', 'docs'])(
    'fails when the step %s fails, and still runs the rest',
    (name) => {
      expect(ci({ [name]: 'exit 1' })).toEqual({ status: 1, last: `${3 + otherSteps - 1} passed, 1 failed` })
    },
  )

  it('fails when every test passed but too few lines ran', () => {
    const coverage = 'echo "90 passed, 0 failed, 0 skipped"; exit 1'
    expect(ci({ coverage })).toEqual({ status: 1, last: `${92 + otherSteps} passed, 1 failed` })
  })

  it('stops when nothing could be installed', () => {
    expect(ci({ install: 'exit 1' })).toEqual({ status: 1, last: '0 passed, 1 failed' })
  })
})
