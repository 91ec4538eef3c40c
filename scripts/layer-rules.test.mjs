// Each rule of the layers is proven by a violation of it, planted in a small copy of the repository's shape.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packagesIn, root } from './workspace.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'layer-rules-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Violations the type-checker-free linter must find: file → [code, rule]. */
const linted = {
  'packages/frames/src/date.ts': ['export const now = () => Date.now()', 'no-restricted-globals'],
  'packages/frames/src/date-type.ts': ['export const year = (at: Date) => at', 'no-restricted-types'],
  'packages/flow/src/timer.ts': ['setTimeout(() => {}, 1)', 'no-restricted-globals'],
  'packages/flow/src/random.ts': ['export const r = Math.random()', 'no-restricted-properties'],
  'packages/flow/src/random-taken.ts': [
    'const { random } = Math\nexport const r = random()',
    'no-restricted-properties',
  ],
  'packages/flow/src/random-by-key.ts': ["export const r = Math['random']()", 'no-restricted-properties'],
  'packages/connection/src/microtask.ts': ['queueMicrotask(() => {})', 'no-restricted-globals'],
  'packages/connection/src/promise.ts': ['export const p = Promise.resolve()', 'no-restricted-globals'],
  'packages/connection/src/promise-type.ts': ['export type P = Promise<void>', 'no-restricted-types'],
  'packages/connection/src/path/async.ts': ['export const f = async () => 1', 'no-async-await'],
  'packages/connection/src/path/async-method.ts': ['export class A {\n  async m() {}\n}', 'no-async-await'],
  'packages/connection/src/path/await.ts': ['await 1\nexport {}', 'no-top-level-await'],
  'packages/connection/src/path/async-loop.ts': ['export async function* f() {\n  yield 1\n}\n', 'no-async-await'],
  'packages/simulator/src/buffer.ts': ['export const b = Buffer.alloc(1)', 'no-restricted-globals'],
  'packages/simulator/src/process.ts': ['export const e = process.env', 'no-restricted-globals'],
  'packages/simulator/src/detour.ts': ['export const n = globalThis.Date', 'no-restricted-globals'],
  'packages/crypto/src/random-pool.ts': [
    "import { randomBytes } from 'node:crypto'\nexport const r = randomBytes",
    'no-restricted-imports',
  ],
  'packages/crypto/src/bare.ts': [
    "import { randomBytes } from 'crypto'\nexport const r = randomBytes",
    'no-restricted-imports',
  ],
  'packages/crypto/src/portable.ts': ['export const n = Date.now()', 'no-restricted-globals'],
  'packages/localnet/src/path.ts': [
    "import { a } from '../../frames/src/a.js'\nexport const b = a",
    'no-restricted-imports',
  ],
  'packages/localnet/src/long.ts': ['export {}\n' + '// line\n'.repeat(350), 'max-lines'],
  'packages/localnet/src/default.ts': ['const a = 1\nexport default a', 'no-default-export'],
  'packages/localnet/src/print.ts': ["console.log('')\nexport {}", 'no-console'],
  'packages/localnet/src/any.ts': ['export const f = (a: any) => a', 'no-explicit-any'],
  'packages/localnet/src/floating.ts': [
    'const later = async () => 1\nexport function f() {\n  later()\n}',
    'no-floating-promises',
  ],
  'packages/localnet/src/switch.ts': [
    "type K = 'a' | 'b'\nexport function f(k: K) {\n  switch (k) {\n    case 'a':\n      return 1\n  }\n  return 2\n}",
    'switch-exhaustiveness-check',
  ],
  'packages/localnet/src/focused.test.ts': [
    "import { expect, it } from 'vitest'\nit.only('a', () => expect(1).toBe(1))",
    'no-focused-tests',
  ],
  'packages/localnet/src/skipped.test.ts': [
    "import { expect, it } from 'vitest'\nit.skip('a', () => expect(1).toBe(1))",
    'no-disabled-tests',
  ],
  'packages/localnet/src/asserts-nothing.test.ts': ["import { it } from 'vitest'\nit('a', () => {})", 'expect-expect'],
}

/** What looks like a violation and is none. */
const allowed = {
  'packages/frames/src/clock.test.ts': 'export const now = async () => Promise.resolve(Date.now() + Math.random())',
  'packages/crypto/src/node.ts': "import { randomBytes } from 'node:crypto'\nexport const r = randomBytes",
  'packages/localnet/src/real-time.ts': 'export const f = async () => setTimeout(() => {}, Date.now())',
  'packages/connection/src/names.ts':
    'export const o = { Date: 1, process: 2, setTimeout: 3 }\nexport const d = o.Date + o.process',
  'packages/localnet/src/fits.ts': 'export {}\n' + '// line\n'.repeat(349),
}

/** Violations among packages and files: file → [code, rule]. */
const cruised = {
  'packages/frames/src/up.ts': [
    "import type { C } from '@stream/connection'\nexport type D = C",
    'layer-0-imports-only-downward',
  ],
  'packages/frames/src/sideways.ts': ["export { x } from '@stream/flow'", 'layer-0-imports-only-downward'],
  'packages/connection/src/up.ts': ["export { x } from '@stream/simulator'", 'layer-1-imports-only-downward'],
  'packages/simulator/src/sideways.ts': ["export { x } from 'ilp-protocol-stream'", 'layer-2-imports-only-downward'],
  'packages/localnet/src/up.ts': [
    "import { y } from '../../fuzz/src/index.js'\nexport const z = y",
    'layer-3-imports-only-downward',
  ],
  'packages/flow/src/node.ts': ["import fs from 'node:fs'\nexport const f = fs", 'no-node-builtins-in-the-core'],
  'packages/flow/src/dynamic.ts': ["export const f = () => import('fs')", 'no-node-builtins-in-the-core'],
  'packages/flow/src/circle-a.ts': ["import type { B } from './circle-b.js'\nexport type A = B | 1", 'no-cycles'],
  'packages/flow/src/uses-test.ts': ["export { t } from './some.test.js'", 'sources-do-not-import-tests'],
  'packages/flow/src/undeclared.ts': ["import fc from 'fast-check'\nexport const f = fc", 'declared-dependencies-only'],
  'packages/flow/src/nowhere.ts': ["export { x } from './nowhere-else.js'", 'resolvable'],
  'packages/ilp-protocol-stream/src/dev.ts': ["export { x } from '@stream/simulator'", 'layer-2-imports-only-downward'],
  'packages/flow/src/barrel.ts': ["export { x } from './index.js'", 'barrels-only-at-entry-points'],
  'packages/flow/src/star.ts': ["export * from './index.js'", 'barrels-only-at-entry-points'],
  'packages/extra/src/free.ts': ["export { x } from '@stream/flow'", 'every-package-has-a-layer'],
  'examples/demo/main.mjs': ["export { x } from '../../packages/flow/src/index.js'", 'examples-use-public-entries'],
}

const cruisedAllowed = {
  'packages/flow/src/index.ts': "export { y } from './y.js'\nexport const x = 1",
  'packages/flow/src/y.ts': 'export const y = 1',
  'packages/flow/src/some.test.ts': "import '@stream/connection'\nimport 'node:fs'\nexport const t = 1",
  'packages/connection/src/index.ts': "export { x } from '@stream/flow'\nexport type C = 1",
  'packages/simulator/src/index.ts': "export { x } from '@stream/connection'",
  'packages/ilp-protocol-stream/src/index.ts':
    "import fs from 'node:fs'\nexport const f = fs\nexport { x } from '@stream/flow'",
  'packages/fuzz/src/index.ts': "import { f, x } from 'ilp-protocol-stream'\nexport const y = [f, x]",
}

function plant(base, files) {
  for (const [file, code] of Object.entries(files)) {
    const target = path.join(base, file)
    mkdirSync(path.dirname(target), { recursive: true })
    writeFileSync(target, code)
  }
}

const codeOf = (violations) => Object.fromEntries(Object.entries(violations).map(([file, [code]]) => [file, code]))

/** A repository of our shape: configuration, manifests, linked workspace packages, and the files given. */
function repository(name, files) {
  const base = path.join(folder, name)
  mkdirSync(base, { recursive: true })
  for (const file of [
    '.oxlintrc.json',
    '.dependency-cruiser.cjs',
    'tsconfig.base.json',
    'tsconfig.json',
    'package.json',
  ]) {
    cpSync(path.join(root, file), path.join(base, file))
  }
  const extra = { short: 'extra', name: '@stream/extra', manifest: undefined }
  const packages = [...packagesIn('packages').map((one) => ({ ...one, short: path.basename(one.folder) })), extra]
  for (const { short, name: published, manifest } of packages) {
    const ours = manifest ?? {
      name: published,
      version: '0.0.0',
      exports: { '.': { '@stream/source': './src/index.ts' } },
    }
    const dependencies = {
      '@stream/frames': '*',
      '@stream/flow': '*',
      '@stream/connection': '*',
      'ilp-protocol-stream': '*',
    }
    plant(base, { [`packages/${short}/package.json`]: JSON.stringify({ dependencies, ...ours }) })
    const at = path.join(base, 'node_modules', published)
    mkdirSync(path.dirname(at), { recursive: true })
    symlinkSync(path.join(base, 'packages', short), at, 'junction')
  }
  for (const tool of ['vitest', 'fast-check', '@types', 'typescript']) {
    symlinkSync(path.join(root, 'node_modules', tool), path.join(base, 'node_modules', tool), 'junction')
  }
  plant(base, files)
  return base
}

const run = (tool, args, cwd) => {
  const result = spawnSync(path.join(root, 'node_modules/.bin', tool), args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  return { ...result, report: JSON.parse(result.stdout) }
}

const bareRule = (code) => /\(([^)]+)\)$/.exec(code)?.[1] ?? code

describe('oxlint', () => {
  let found
  let status
  beforeAll(() => {
    const base = repository('linted', {
      ...codeOf(linted),
      ...allowed,
      'packages/frames/src/a.ts': 'export const a = 1',
    })
    const args = ['--type-aware', '--format', 'json']
    const result = run('oxlint', args, base)
    status = result.status
    found = {}
    for (const one of result.report.diagnostics) (found[one.filename] ??= []).push(one)
  })

  it('fails', () => expect(status).not.toBe(0))

  it.each(Object.entries(linted))('refuses %s', (file, [, rule]) => {
    expect((found[file] ?? []).map(({ code }) => bareRule(code))).toContain(rule)
  })

  it.each(Object.keys(allowed))('accepts %s', (file) => {
    const layerRules = /no-restricted|no-async-await|max-lines/
    expect((found[file] ?? []).map(({ code }) => bareRule(code)).filter((code) => layerRules.test(code))).toEqual([])
  })
})

describe('dependency-cruiser', () => {
  let violations
  let status
  beforeAll(() => {
    const otherHalf = "import type { A } from './circle-a.js'\nexport type B = A | 2"
    const files = { ...codeOf(cruised), ...cruisedAllowed, 'packages/flow/src/circle-b.ts': otherHalf }
    const base = repository('cruised', files)
    const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'packages', 'examples']
    const result = run('depcruise', args, base)
    violations = result.report.summary.violations
    status = result.report.summary.error
  })

  it('fails', () => expect(status).toBeGreaterThan(0))

  it.each(Object.entries(cruised))('refuses %s', (file, [, rule]) => {
    expect(violations.filter(({ from }) => from === file).map((violation) => violation.rule.name)).toContain(rule)
  })

  it.each(Object.keys(cruisedAllowed))('accepts %s', (file) => {
    expect(violations.filter(({ from }) => from === file).map((violation) => violation.rule.name)).toEqual([])
  })
})
