import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { publishedPackages, readPackage, root, specifiers } from '../../scripts/workspace.mjs'

const execute = promisify(execFile)

const environment = {
  ...process.env,
  PATH: `${path.join(root, 'scripts/bin')}${path.delimiter}${process.env.PATH}`,
  // npm must behave as outside this repository, and must not look for funding or advisories.
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_loglevel: 'error',
}

/** What `command` printed; its whole output is in the error when it fails. */
export async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  try {
    const env = { ...environment, ...variables }
    // Nothing run here takes as long, unless it hangs.
    return (await execute(command, args, { cwd, env, maxBuffer: 1 << 26, timeout: 240_000 })).stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${command} ${args.join(' ')} failed\n${stdout}${stderr}`, { cause: error })
  }
}

export interface Installation {
  readonly folder: string
  readonly tarballs: ReadonlyMap<string, string>
  remove(): Promise<void>
}

/** Packs every published package into `folder`. @returns the tarballs by name of the package */
export async function packPackages(folder: string): Promise<ReadonlyMap<string, string>> {
  const tarballs = new Map<string, string>()
  for (const { name, folder: source } of publishedPackages()) {
    const destination = path.join(folder, 'tarballs', path.basename(source))
    await mkdir(destination, { recursive: true })
    await run('pnpm', ['pack', '--pack-destination', destination], source)
    const [file] = await readdir(destination)
    if (file === undefined) throw new Error(`${name}: pnpm pack wrote nothing`)
    tarballs.set(name, path.join(destination, file))
  }
  return tarballs
}

/** Packs every published package and installs the tarballs with npm in a folder outside the repository. */
export async function installPackages(): Promise<Installation> {
  const folder = await mkdtemp(path.join(tmpdir(), 'installed-packages-'))
  const tarballs = await packPackages(folder)
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true }))
  // Types of Node as a TypeScript user has them; a compiler is left out, the tests bring their own.
  const typesOfNode = `@types/node@${readPackage(root).manifest.devDependencies['@types/node']}`
  await run('npm', ['install', '--omit=peer', '--no-package-lock', typesOfNode, ...tarballs.values()], folder)
  return { folder, tarballs, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** Every specifier of every published package; compliance suites need vitest and are looked at separately. */
export const entries: { readonly specifier: string; readonly needsVitest: boolean }[] = publishedPackages().flatMap(
  (one) => specifiers(one).map((specifier) => ({ specifier, needsVitest: specifier.endsWith('/compliance') })),
)

/** Files of ilp-protocol-stream 2.x that programs import by their paths. */
export const oldPaths = [
  'connection',
  'crypto',
  'index',
  'packet',
  'server',
  'stream',
  'util/long',
  'util/plugin-interface',
  'util/receipt',
].map((module) => `ilp-protocol-stream/dist/src/${module}`)
