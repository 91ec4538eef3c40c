import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { publishedPackages, root } from '../../scripts/workspace.mjs'
import { entries, oldPaths, run } from './installation.js'

const consumer = inject('consumer')
const node = (code: string, kind: 'commonjs' | 'module') =>
  run(process.execPath, [`--input-type=${kind}`, '--eval', code], consumer)

const runtimeEntries = entries.filter(({ needsVitest }) => !needsVitest).map(({ specifier }) => specifier)
const suites = entries.filter(({ needsVitest }) => needsVitest).map(({ specifier }) => specifier)
const names = publishedPackages().map(({ name }) => name)

describe('an installed package', () => {
  it.each(runtimeEntries)('%s gives require and import the same names', async (specifier) => {
    const list = '.filter((name) => name !== "default" && name !== "module.exports" && name !== "__esModule")'
    const print = (value: string) => `console.log(JSON.stringify(Object.keys(${value})${list}.sort()))`
    const required = await node(print(`require('${specifier}')`), 'commonjs')
    const imported = await node(print(`await import('${specifier}')`), 'module')
    expect(JSON.parse(required)).not.toEqual([])
    expect(JSON.parse(required)).toEqual(JSON.parse(imported))
  })

  it.each(runtimeEntries)('%s is one copy, however it is loaded', async (specifier) => {
    const code = `
      import { createRequire } from 'node:module'
      const required = createRequire(process.cwd() + '/x.js')('${specifier}')
      const imported = await import('${specifier}')
      const differing = Object.keys(imported).filter((name) => typeof imported[name] === 'function')
        .filter((name) => imported[name] !== required[name])
      console.log(JSON.stringify(differing))`
    expect(JSON.parse(await node(code, 'module'))).toEqual([])
  })

  // Jest and Node before 20.19 resolve `require`, not `module-sync`: the .cjs files must stand on their own.
  it.each(names)('%s carries CommonJS files that load each other', async (name) => {
    const dist = path.join(consumer, 'node_modules', name, 'dist')
    const files = (await readdir(dist, { recursive: true })).filter((file) => file.endsWith('.cjs'))
    const loadable = files.filter((file) => !/compliance.cjs$|plugin-interface.cjs$/.test(file))
    expect(loadable).not.toEqual([])
    for (const file of loadable) {
      const code = `console.log(Object.keys(require(${JSON.stringify(path.join(dist, file))})).length)`
      expect(Number(await node(code, 'commonjs'))).toBeGreaterThan(0)
    }
  })

  it.each(names)('%s carries its README, its licence and its sources, and no tests', async (name) => {
    const folder = path.join(consumer, 'node_modules', name)
    const files = await readdir(folder, { recursive: true })
    const missing = ['README.md', 'LICENSE', 'package.json', 'src/index.ts'].filter((file) => !files.includes(file))
    expect(missing).toEqual([])
    expect(files.filter((file) => /\.(test|test-d|bench)\.|tsbuildinfo/.test(file))).toEqual([])
    const manifest = await run(process.execPath, ['-p', `require('./package.json').version`], folder)
    expect(manifest.trim()).toMatch(/^\d+\.\d+\.\d+/)
  })

  it('does not bring a test runner along', () => {
    expect(existsSync(path.join(consumer, 'node_modules/vitest'))).toBe(false)
  })

  it.each(suites)('%s says which package it needs when vitest is missing', async (specifier) => {
    await expect(node(`await import('${specifier}')`, 'module')).rejects.toThrow(/Cannot find package 'vitest'/)
  })
})

describe('the types of the installed packages', () => {
  const settings = [
    { compiler: 'tsc', module: 'nodenext', extensions: ['mts', 'cts'] },
    { compiler: 'tsc', module: 'node16', extensions: ['mts', 'cts'] },
    { compiler: 'tsc', module: 'esnext', moduleResolution: 'bundler', extensions: ['ts'] },
    { compiler: 'tsc6', module: 'node16', extensions: ['mts', 'cts'] },
  ]

  it.each(settings)('compile with $compiler, module $module, in $extensions files', async (setting) => {
    const { compiler, extensions, ...module } = setting
    const imports = runtimeEntries.map((specifier, index) => `import * as entry${index} from '${specifier}'`)
    const uses = runtimeEntries.map((_, index) => `export const use${index}: object = entry${index}`)
    const files = extensions.map((extension) => path.join(consumer, `consumer.${extension}`))
    for (const file of files) await writeFile(file, [...imports, ...uses, ''].join('\n'))
    const options = Object.entries(module).flatMap(([name, value]) => [`--${name}`, value])
    const strict = [
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--lib',
      'es2022',
      '--types',
      'node',
      '--ignoreConfig',
    ]
    await run(path.join(root, 'node_modules/.bin', compiler), [...strict, ...options, ...files], consumer)
    expect(files).not.toEqual([])
  })

  it('are there: a wrong use of them does not compile', async () => {
    const file = path.join(consumer, 'wrong.mts')
    await writeFile(file, runtimeEntries.map((specifier) => `import { noSuchExport } from '${specifier}'`).join('\n'))
    const options = ['--noEmit', '--module', 'nodenext', '--lib', 'es2022', '--ignoreConfig', file]
    const compiled = run(path.join(root, 'node_modules/.bin/tsc'), options, consumer)
    await expect(compiled).rejects.toThrow(new RegExp(`(TS2305[^]*){${runtimeEntries.length}}`))
  })
})

describe('a path into the files of ilp-protocol-stream 2.x', () => {
  it.each(oldPaths)('%s is found by require and import, with and without .js', async (specifier) => {
    const keys = (value: string) =>
      `JSON.stringify(Object.keys(${value}).filter((name) => /^\\w{8,}$/.test(name) && name !== '__esModule' && name !== 'module.exports').sort())`
    const printed = [
      await node(`console.log(${keys(`require('${specifier}')`)})`, 'commonjs'),
      await node(`console.log(${keys(`require('${specifier}.js')`)})`, 'commonjs'),
      await node(`console.log(${keys(`await import('${specifier}')`)})`, 'module'),
      await node(`console.log(${keys(`await import('${specifier}.js')`)})`, 'module'),
      // What a resolver finds that knows no `exports`.
      await node(`console.log(${keys(`require('./node_modules/${specifier}')`)})`, 'commonjs'),
    ]
    expect(new Set(printed).size).toBe(1)
    if (!specifier.endsWith('plugin-interface')) expect(printed[0]).not.toBe('[]\n')
  })
})

describe('a packed package', () => {
  it.each(names)('%s passes publint and are-the-types-wrong', async (name) => {
    const folder = publishedPackages().find((one) => one.name === name)?.folder
    if (folder === undefined) throw new Error(`${name} is gone`)
    const printed = await run(process.execPath, [path.join(root, 'scripts/pack-check.mjs'), folder], root)
    expect(printed).toContain(`${name}: package is sound`)
  })
})
