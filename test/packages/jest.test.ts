import { cp, mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, inject, it, onTestFinished } from 'vitest'
import type * as localnet from '../../packages/localnet/src/index.js'
import { entries, oldPaths, run } from './installation.js'

const JEST = '30.5.2'
const folder = path.join(inject('consumer'), 'with-jest')
const { startLocalnet }: typeof localnet = createRequire(path.join(folder, 'x.js'))('@stream/localnet')

beforeAll(async () => {
  await mkdir(folder)
  const jest = { testEnvironment: 'node', transform: {} }
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name: 'with-jest', private: true, jest }))
  await run('npm', ['install', '--no-package-lock', '--ignore-scripts', `jest@${JEST}`], folder)
  await cp(fileURLToPath(new URL('programs/jest', import.meta.url)), folder, { recursive: true })
})

it(`Jest ${JEST} runs tests of programs that require the packages`, async () => {
  const specifiers = entries.filter(({ needsVitest }) => !needsVitest).map(({ specifier }) => specifier)
  // Types alone are in the module of the plugin interface.
  const loadable = [...specifiers, ...oldPaths.filter((specifier) => !specifier.endsWith('plugin-interface'))]
  const report = path.join(folder, 'report.json')
  const network = await startLocalnet({ port: 0, rate: '0.5' })
  onTestFinished(() => network.close())
  const variables = { ENTRIES: JSON.stringify(loadable), NETWORK: `btp+ws://localhost:${network.port}` }
  await run(process.execPath, ['node_modules/jest/bin/jest.js', '--json', '--outputFile', report], folder, variables)
  const { numPassedTests, numTotalTests } = (await import(report, { with: { type: 'json' } })).default
  expect([numPassedTests, numTotalTests]).toEqual([loadable.length + 3, loadable.length + 3])
})
