import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readdir, readFile, realpath, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type * as localnet from '../../packages/localnet/src/index.js'
import { root } from '../../scripts/workspace.mjs'
import { run } from './installation.js'

// Programs against the API and the types of 2.x, compiled once against each package and run with each: what they print
// is in `programs/transcripts`, the same whichever package stands under which end.
const programs = fileURLToPath(new URL('programs', import.meta.url))
const consumer = inject('consumer')
const folders = { ours: path.join(consumer, 'with-ours'), '2.x': path.join(consumer, 'with-2x') }
type Package = keyof typeof folders

/** CommonJS as programs of 2.x are, with a resolver that knows no `exports`. */
const OF_THEIR_TIME = ['--module', 'commonjs', '--moduleResolution', 'node10', '--ignoreDeprecations', '6.0']

async function compile(folder: string, compiler: string, options: readonly string[]): Promise<void> {
  const strict = ['--strict', '--esModuleInterop', '--target', 'es2022', '--lib', 'es2022', '--types', 'node']
  const files = (await readdir(programs)).filter((file) => file.endsWith('.ts'))
  const tsc = path.join(root, 'node_modules/.bin', compiler)
  await run(tsc, [...strict, '--ignoreConfig', '--outDir', 'out', ...options, ...files], folder)
}

const { startLocalnet }: typeof localnet = createRequire(path.join(consumer, 'x.js'))('@stream/localnet')
let network: localnet.Localnet
const children = new Set<ChildProcess>()

beforeAll(async () => {
  network = await startLocalnet({ port: 0 })
  for (const folder of Object.values(folders)) await cp(programs, folder, { recursive: true })
  // Beside the programs, so that it is found before the package of the folder above.
  const published = await realpath(path.join(root, 'packages/ilp-protocol-stream/node_modules/predecessor'))
  await mkdir(path.join(folders['2.x'], 'node_modules'))
  await symlink(published, path.join(folders['2.x'], 'node_modules/ilp-protocol-stream'))
  await compile(folders.ours, 'tsc6', [...OF_THEIR_TIME, '--skipLibCheck'])
  await compile(folders['2.x'], 'tsc6', [...OF_THEIR_TIME, '--skipLibCheck'])
})
afterAll(async () => {
  for (const child of children) child.kill()
  await network.close()
})

describe('a program written for the types of ilp-protocol-stream 2.x', () => {
  it('is the same JavaScript, whichever package it was compiled against', async () => {
    const compiled = await readdir(path.join(folders['2.x'], 'out'))
    expect(compiled).toContain('chat.js')
    for (const file of compiled) {
      const [ours, theirs] = await Promise.all(
        Object.values(folders).map((folder) => readFile(path.join(folder, 'out', file), 'utf8')),
      )
      expect(ours).toBe(theirs)
    }
  })

  it.each([
    { compiler: 'tsc', options: ['--module', 'nodenext'] },
    { compiler: 'tsc', options: ['--module', 'esnext', '--moduleResolution', 'bundler'] },
    { compiler: 'tsc6', options: ['--module', 'node16'] },
  ])('compiles against ours with $compiler $options', async ({ compiler, options }) => {
    await expect(compile(folders.ours, compiler, [...options, '--noEmit'])).resolves.toBeUndefined()
  })
})

/** What a program prints, line by line, as it comes and as a whole. */
function start(under: Package, program: string, args: readonly string[] = []) {
  const child = spawn(process.execPath, [`out/${program}.js`, ...args], {
    cwd: folders[under],
    env: { ...process.env, ILP_BTP_SERVER: `btp+ws://localhost:${network.port}` },
    // 2.x keeps some processes alive for ever.
    timeout: 20_000,
  })
  children.add(child)
  let printed = ''
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      if (printed.includes('\n')) resolve(printed.slice(0, printed.indexOf('\n')))
    })
    child.once('close', () => reject(new Error(`${program} under ${under} printed nothing`)))
  })
  firstLine.catch(() => {})
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed += `stderr: ${text}`))
  const output = once(child, 'close').then(([code, signal]) => {
    children.delete(child)
    return `${printed}ended with ${code ?? signal}\n`
  })
  return { firstLine, output }
}

const transcript = (program: string) => readFile(path.join(programs, 'transcripts', `${program}.txt`), 'utf8')
const packages = ['2.x', 'ours'] as const
// A server of 2.x now and then fails to see the end of a connection, or takes a straggler for a new one.
const attempts = (...under: readonly Package[]) => ({ retry: under.includes('2.x') ? 3 : 0 })

describe.each(['first-steps', 'mishaps'])('%s', (program) => {
  for (const under of packages) {
    it(`prints its transcript under ${under}`, attempts(under), async () => {
      expect(await start(under, program).output).toBe(await transcript(program))
    })
  }
})

describe.each(['chat', 'paywall', 'file-drop'])('%s', (program) => {
  const pairs = packages.flatMap((host) => packages.map((guest) => ({ host, guest })))
  for (const { host, guest } of pairs) {
    it(
      `prints its transcript with a host under ${host} and a guest under ${guest}`,
      attempts(host, guest),
      async () => {
        const hosting = start(host, program, ['host'])
        const credentials = await hosting.firstLine
        const visiting = await start(guest, program, ['guest', credentials]).output
        const hosted = (await hosting.output).slice(credentials.length + 1)
        expect(`── host\n${hosted}── guest\n${visiting}`).toBe(await transcript(program))
      },
    )
  }
})
