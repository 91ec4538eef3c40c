import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { packPackages, run } from '../packages/installation.js'

/** The published programs, exactly these: what they do must not change under the tests. */
export const programs = {
  '@interledger/pay': '0.4.0-alpha.9',
  '@interledger/stream-receiver': '0.3.3-alpha.4',
  ilp: '14.1.0',
  'ilp-connector': '23.0.2',
  'ilp-plugin-btp': '1.5.0',
  'ilp-plugin-http': '1.6.1',
  'ilp-plugin-mini-accounts': '4.2.0',
  'ilp-protocol-spsp': '3.0.0',
  moneyd: '4.3.0',
} as const

/** What the programs need beside them. */
const companions = {
  'ilp-store-memory': '1.0.0',
  // The last receiver that answers a probe with F99, as @interledger/pay expects it.
  'receiver-for-pay': 'npm:@interledger/stream-receiver@0.3.3-alpha.3',
}

/** Published ends that stay what they are, each under an alias. */
export const peers = {
  'stream-2.7.1': 'npm:ilp-protocol-stream@2.7.1',
  'stream-2.7.2-alpha.3': 'npm:ilp-protocol-stream@2.7.2-alpha.3',
} as const

export interface Installation {
  readonly folder: string
  /** What stands under `program` when it says `require('ilp-protocol-stream')`. */
  streamUnder(program: string): Promise<string>
  remove(): Promise<void>
}

/** Installs the programs with our packages in place of every `ilp-protocol-stream` they would bring along. */
export async function installPrograms(): Promise<Installation> {
  const folder = await mkdtemp(path.join(tmpdir(), 'downstream-'))
  const tarballs = await packPackages(folder)
  const ours = Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`]))
  const overrides = Object.fromEntries(Object.keys(ours).map((name) => [name, `$${name}`]))
  const manifest = {
    name: 'downstream',
    private: true,
    dependencies: { ...programs, ...companions, ...ours },
    overrides,
  }
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest))
  // Scripts are native builds and notices, none of which these programs need.
  await run('npm', ['install', '--omit=peer', '--no-package-lock', '--ignore-scripts'], folder)
  await mkdir(path.join(folder, 'peers'))
  await writeFile(path.join(folder, 'peers/package.json'), JSON.stringify({ private: true, dependencies: peers }))
  await run('npm', ['install', '--no-package-lock', '--ignore-scripts'], path.join(folder, 'peers'))
  await cp(fileURLToPath(new URL('programs', import.meta.url)), path.join(folder, 'programs'), { recursive: true })
  return {
    folder,
    async streamUnder(program) {
      const code = `console.log(require('module').createRequire(require.resolve('${program}')).resolve('ilp-protocol-stream'))`
      const file = (await run(process.execPath, ['--eval', code], folder)).trim()
      const manifestFile = path.join(file.slice(0, file.lastIndexOf('/dist/')), 'package.json')
      const { name, dependencies } = JSON.parse(await readFile(manifestFile, 'utf8'))
      return '@stream/connection' in dependencies ? 'ours' : `another ${name}`
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
