// `npm run coverage` is the gate's measure: what it does not count, or cannot fail for, would go unseen.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import config from '../vitest.config.ts'
import rest from '../vitest.rest.config.ts'
import { coreProjects } from '../vitest.workspace.ts'
import { packagesIn, root } from './workspace.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'coverage-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
const [program, ...options] = scripts.coverage.split(' ')

/** The names of projects as `npm run coverage` gives them, which must be spelt out there. */
const covered = options.filter((_, i) => options[i - 1] === '--project')
const names = (projects) => projects.map(({ test }) => test.name)

describe('npm run coverage', () => {
  it('and the rest together run every project once', () => {
    expect(program).toBe('vitest')
    expect(covered).toEqual(coreProjects)
    const every = packagesIn('packages').map((workspace) => path.basename(workspace.folder))
    const run = [...covered, ...names(rest.test.projects)]
    expect(run.toSorted()).toEqual([...every, 'interop', 'process', 'tooling'].toSorted())
    expect(names(config.test.projects).toSorted()).toEqual(run.toSorted())
  })

  it('fails for every package and every file it promises to cover, also for files that no test loads', () => {
    // One small test file, which loads one small source file.
    const filter = 'packages/crypto/src/base64url.test.ts'
    const output = [`--coverage.reportsDirectory=${folder}`, '--coverage.reporter=json-summary', '--no-color']
    const vitest = path.join(root, 'node_modules/vitest/vitest.mjs')
    const run = spawnSync(process.execPath, [vitest, ...options, ...output, filter], { cwd: root, encoding: 'utf8' })
    expect(run.status).toBe(1)
    const failed = [...run.stderr.matchAll(/Coverage for (\w+) \(.*\) does not meet "(.*)" threshold \((.*)%\)/g)]
    const wanted = Object.entries(config.test.coverage.thresholds).flatMap(([files, limits]) =>
      Object.entries(limits).map(([measure, least]) => [measure, files, String(least)]),
    )
    expect(wanted.length).toBeGreaterThan(2 * coreProjects.length)
    expect(failed.map(([, ...threshold]) => threshold)).toEqual(wanted)
  })
})
