import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { faultsInChangesets, faultsInFile, faultsInManifests, faultsInReferences } from './check-repository.mjs'

const base = mkdtempSync(path.join(tmpdir(), 'check-repository-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const machine = { base: '/builds/someone/stream', home: '/var/lib/someone' }

describe('a tracked file', () => {
  it.each([
    ['the repository’s own folder', 'see /builds/someone/stream/README.md'],
    ['the folder beside it', 'cp /builds/someone/notes.txt .'],
    ['the home folder', '"/var/lib/someone/.npmrc"'],
    ['a home folder on Linux', "import '/home/alice/x.js'"],
    ['a home folder on macOS', '`/Users/alice/x`'],
  ])('may not name %s', (_, line) => {
    expect(faultsInFile('docs/a.md', `first\n${line}\n`, machine)).toEqual([
      expect.stringMatching(/^docs\/a\.md:2 names a path of one machine/),
    ])
  })

  it.each(['packages/frames/README.md', 'https://example.com/home/alice/', '~/builds/someone/x', 'a/home/alice/b'])(
    'may say %s',
    (line) => {
      expect(faultsInFile('docs/a.md', line, machine)).toEqual([])
    },
  )

  it('may not hold a merge conflict', () => {
    expect(faultsInFile('a.ts', `${'<'.repeat(7)} HEAD\n`, machine)).toEqual(['a.ts:1 holds a merge conflict'])
  })

  it('resolves packages from the public registry only', () => {
    const lock = (host) => `  resolution: {tarball: https://${host}/x/-/x-1.0.0.tgz}\n`
    expect(faultsInFile('pnpm-lock.yaml', lock('registry.npmjs.org'), machine)).toEqual([])
    expect(faultsInFile('pnpm-lock.yaml', lock('mirror.example'), machine)).toEqual([
      'pnpm-lock.yaml:1 resolves from mirror.example instead of registry.npmjs.org',
    ])
  })

  it('sets neither a registry nor a token', () => {
    expect(faultsInFile('.npmrc', 'registry=https://registry.npmjs.org', machine)).toHaveLength(1)
    expect(faultsInFile('examples/a/.npmrc', '//registry.npmjs.org/:_authToken=abc', machine)).toHaveLength(1)
    expect(faultsInFile('.npmrc', 'engine-strict=true', machine)).toEqual([])
  })

  it('lists every name it exports', () => {
    const file = 'packages/flow/src/index.ts'
    expect(faultsInFile(file, "export * from './a.js'", machine)).toEqual([`${file} exports names it does not list`])
    expect(faultsInFile(file, "export { a } from './a.js'", machine)).toEqual([])
  })

  it.each(['utils', 'packet/helpers', 'stream-manager'])('is not called %s', (name) => {
    expect(faultsInFile(`packages/flow/src/${name}.ts`, '', machine)).toHaveLength(1)
  })

  it('is no second lock file', () => {
    expect(faultsInFile('examples/a/package-lock.json', '{}', machine)).toHaveLength(1)
  })
})

describe('the manifests', () => {
  const write = (file, content) => {
    mkdirSync(path.dirname(path.join(base, file)), { recursive: true })
    writeFileSync(path.join(base, file), JSON.stringify(content))
  }
  mkdirSync(path.join(base, '.changeset'))
  write('tsconfig.build.json', { references: [{ path: 'packages/a' }] })
  write('packages/a/package.json', { name: 'a', description: 'a', license: 'x', engines: {}, exports: {}, files: [] })
  write('packages/a/tsconfig.json', { references: [] })
  write('packages/a/README.md', '')
  write('packages/b/package.json', { name: 'b', dependencies: { a: 'workspace:^', c: 'git://example.com/c' } })
  write('packages/b/tsconfig.json', { references: [] })

  it('agree with the project references', () => {
    expect(faultsInReferences(base)).toEqual([
      'tsconfig.build.json does not reference packages/b',
      'b: tsconfig.json references should be [../a], as its dependencies are',
    ])
  })

  it('are new only together with a changeset', () => {
    write('packages/c/package.json', { name: 'c', version: '0.0.0' })
    write('packages/d/package.json', { name: 'd', version: '0.0.0' })
    writeFileSync(path.join(base, '.changeset/first.md'), "---\n'c': minor\n---\n\nFirst release.\n")
    expect(faultsInChangesets(base)).toEqual(['d: no changeset names it, so it would never be released'])
    rmSync(path.join(base, 'packages/c'), { recursive: true })
    rmSync(path.join(base, 'packages/d'), { recursive: true })
  })

  it('hold what users need', () => {
    expect(faultsInManifests(base)).toEqual([
      'b: no README.md',
      ...['description', 'license', 'engines', 'exports', 'files'].map((key) => `b: package.json has no ${key}`),
      'b: c is taken from git://example.com/c',
    ])
  })
})
