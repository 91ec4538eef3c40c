import { mkdir, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { format, resolveConfig } from 'prettier'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { root } from '../../scripts/workspace.mjs'
import { installPackages, run, type Installation } from '../packages/installation.js'
import { footprint, packagesPage } from './footprint.js'

const PREDECESSOR = '2.7.2-alpha.3'

let installation: Installation | undefined
let page: string | undefined
let advisories = 'not asked'
beforeAll(async () => {
  await run('npm', ['run', 'build'], root)
  installation = await installPackages()
})
afterAll(async () => {
  await installation?.remove()
  if (page === undefined) return
  const file = path.join(root, 'docs/PACKAGES.md')
  const options = { ...(await resolveConfig(file)), filepath: file }
  await writeFile(file, await format(page.replace('ADVISORIES', advisories), options))
})

const installed = () => {
  if (installation === undefined) throw new Error('the packages were not installed')
  return installation
}

it('what the packages weigh can be told, and the codec brings nothing along', async () => {
  const { folder, tarballs } = installed()
  const elsewhere = path.join(folder, 'predecessor')
  await mkdir(elsewhere)
  await writeFile(path.join(elsewhere, 'package.json'), '{ "private": true }')
  await run('npm', ['install', '--no-package-lock', `ilp-protocol-stream@${PREDECESSOR}`], elsewhere)
  const ours = await Promise.all(
    [...tarballs].map(async ([name, file]) => ({
      ...(await footprint(name, folder)),
      tarball: (await stat(file)).size,
    })),
  )
  const theirs = await footprint('ilp-protocol-stream', elsewhere)
  page = packagesPage([...ours, theirs], 'ADVISORIES')
  expect(theirs.brings.size).toBeGreaterThan(5)
  const alone = ours.find(({ name }) => name === '@stream/frames')
  expect([...(alone?.brings.keys() ?? ['not found'])]).toEqual([])
})

it('npm knows no critical advisory for what is installed', async () => {
  const { folder } = installed()
  await run('npm', ['install', '--package-lock-only', '--omit=peer'], folder)
  // Leaves with a code of its own when there are advisories of the level.
  const audit = await run('npm', ['audit', '--audit-level=critical', '--json'], folder).catch((error: Error) => error)
  if (audit instanceof Error && audit.message.includes('audit endpoint returned an error')) {
    advisories = 'the registry did not answer'
    // Where it matters there is a registry that answers.
    expect(process.env['CI']).toBeUndefined()
    return
  }
  if (audit instanceof Error) throw audit
  const { vulnerabilities } = JSON.parse(audit).metadata
  advisories = `${vulnerabilities.critical} critical, ${vulnerabilities.high} high, ${vulnerabilities.total} in all`
  expect(vulnerabilities.critical).toBe(0)
})
