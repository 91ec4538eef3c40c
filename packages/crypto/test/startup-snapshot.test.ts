import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'

const ENTRY = `
import v8 from 'node:v8'
import { nodeCrypto } from ${JSON.stringify(fileURLToPath(new URL('../src/node.ts', import.meta.url)))}
nodeCrypto.randomBytes(12)
v8.startupSnapshot.setDeserializeMainFunction(() => console.log(nodeCrypto.randomBytes(12).join()))
`

const directory = mkdtempSync(path.join(tmpdir(), 'stream-crypto-snapshot-'))
const run = (...args: string[]) => execFileSync(process.execPath, args, { cwd: directory, encoding: 'utf8' })

beforeAll(async () => {
  writeFileSync(path.join(directory, 'entry.ts'), ENTRY)
  await build({
    configFile: false,
    logLevel: 'silent',
    root: directory,
    build: { ssr: 'entry.ts', rollupOptions: { output: { format: 'cjs', entryFileNames: 'entry.cjs' } } },
  })
  run('--snapshot-blob', 'snapshot.blob', '--build-snapshot', path.join('dist', 'entry.cjs'))
}, 60_000)

afterAll(() => rmSync(directory, { recursive: true }))

// RFC 0029 5.1.1-1
it('processes started from one snapshot have different IVs, though random bytes were drawn before it was taken', () => {
  const ivs = [1, 2].map(() => run('--snapshot-blob', 'snapshot.blob').trim())
  expect(ivs[0]).toMatch(/^\d+(,\d+){11}$/)
  expect(ivs[1]).toMatch(/^\d+(,\d+){11}$/)
  expect(ivs[0]).not.toBe(ivs[1])
}, 60_000)
