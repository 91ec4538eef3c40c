// The CommonJS build of a small package, in a folder of its own.
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { root } from './workspace.mjs'

const execute = promisify(execFile)
const parent = mkdtempSync(path.join(tmpdir(), 'build-cjs-'))
afterAll(() => rmSync(parent, { recursive: true, force: true }))

let count = 0
let folder
const write = (file, text) => {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
  writeFileSync(path.join(folder, file), text)
}
const build = () => execute(process.execPath, [path.join(root, 'scripts/build-cjs.mjs'), folder])
const load = (file) => createRequire(path.join(folder, 'x.js'))(path.join(folder, 'dist', file))

function setup(extra = {}) {
  const name = `built-${process.pid}-${count++}`
  folder = path.join(parent, name)
  const entry = (file) => ({ import: `./dist/${file}.js`, require: `./dist/${file}.cjs` })
  const exports = { '.': entry('index'), './part': entry('part/index'), ...extra }
  write('package.json', JSON.stringify({ name, type: 'module', main: './dist/index.cjs', exports }))
  write('dist/shared.js', 'export class Shared {}\n')
  write('dist/shared.d.ts', 'export declare class Shared {}\n')
  for (const [file, up] of [
    ['index', '.'],
    ['part/index', '..'],
  ]) {
    const code = `import { sep } from 'node:path'\nexport { Shared } from '${up}/shared.js'\nexport const separator = sep\n`
    write(`dist/${file}.js`, code)
    write(`dist/${file}.d.ts`, `export { Shared } from '${up}/shared.js'\nexport declare const separator: string\n`)
  }
}
beforeEach(() => setup())

describe('the CommonJS build', () => {
  it('writes every entry that the manifest promises, with types', async () => {
    const { stdout } = await build()
    expect(stdout).toContain('2 CommonJS entries')
    expect(load('index.cjs').separator).toBe(path.sep)
    expect(readFileSync(path.join(folder, 'dist/part/index.d.cts'), 'utf8')).toContain('separator: string')
  })

  it('keeps one copy of what two entries share', async () => {
    await build()
    expect(load('index.cjs').Shared).toBe(load('part/index.cjs').Shared)
  })

  it('does nothing when nothing changed, and everything when something did', async () => {
    await build()
    const before = statSync(path.join(folder, 'dist/index.cjs')).mtimeMs
    expect((await build()).stdout).toBe('')
    expect(statSync(path.join(folder, 'dist/index.cjs')).mtimeMs).toBe(before)
    write('dist/shared.js', 'export class Shared {\n  changed = true\n}\n')
    await build()
    expect(new (load('index.cjs').Shared)().changed).toBe(true)
  })

  it('writes again what was deleted', async () => {
    await build()
    rmSync(path.join(folder, 'dist/part/index.d.cts'))
    await build()
    expect(existsSync(path.join(folder, 'dist/part/index.d.cts'))).toBe(true)
  })

  it('fails when the sources were not compiled', async () => {
    rmSync(path.join(folder, 'dist/part/index.js'))
    await expect(build()).rejects.toThrow(/dist\/part\/index\.js does not exist; run `tsc -b` first/)
  })

  it('gives every module behind a pattern its CommonJS form, and a file where the export is named like one', async () => {
    const target = (extension) => `./dist/old/*.${extension}`
    setup({ './dist/src/*.js': { import: target('js'), require: { types: target('d.cts'), default: target('cjs') } } })
    for (const [name, up] of [
      ['one', '..'],
      ['deep/two', '../..'],
    ]) {
      write(`dist/old/${name}.js`, `export { Shared } from '${up}/shared.js'\n`)
      write(`dist/old/${name}.d.ts`, `export { Shared } from '${up}/shared.js'\n`)
    }
    write('dist/old/types.js', 'export {}\n')
    write('dist/old/types.d.ts', 'export interface Only {}\n')
    expect((await build()).stdout).toContain('5 CommonJS entries')
    for (const file of ['src/one.js', 'src/deep/two.js']) expect(load(file).Shared).toBe(load('index.cjs').Shared)
    expect(readFileSync(path.join(folder, 'dist/src/deep/two.d.ts'), 'utf8')).toContain(`'../../old/deep/two.cjs'`)
    expect(load('src/types.js')).toEqual({})
    expect((await build()).stdout).toBe('')
    rmSync(path.join(folder, 'dist/src/one.js'))
    await build()
    expect(load('src/one.js').Shared).toBe(load('index.cjs').Shared)
  })
})
