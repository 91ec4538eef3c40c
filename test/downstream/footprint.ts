import { existsSync } from 'node:fs'
import { readFile, readdir, stat } from 'node:fs/promises'
import path from 'node:path'

interface Footprint {
  readonly name: string
  readonly version: string
  /** Bytes of its own files, as installed. */
  readonly size: number
  /** What it brings along, by name and version: bytes of each. */
  readonly brings: ReadonlyMap<string, number>
}

/** Where `name` is found from `folder`, as Node looks for it. */
function find(name: string, folder: string): string {
  for (let parent = folder; ; parent = path.dirname(parent)) {
    const candidate = path.join(parent, 'node_modules', name)
    if (existsSync(path.join(candidate, 'package.json'))) return candidate
    if (parent === path.dirname(parent)) throw new Error(`${name} is not installed for ${folder}`)
  }
}

async function ownSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true })
  const sizes = entries
    .filter(({ name }) => name !== 'node_modules')
    .map(async (entry) => {
      const file = path.join(folder, entry.name)
      return entry.isDirectory() ? await ownSize(file) : (await stat(file)).size
    })
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

/** What `npm install` of one package that is installed in `folder` puts there. */
export async function footprint(packageName: string, folder: string): Promise<Footprint> {
  const seen = new Set<string>()
  const brings = new Map<string, number>()
  const visit = async (installed: string): Promise<{ name: string; version: string; size: number }> => {
    const {
      name,
      version,
      dependencies = {},
    } = JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8'))
    for (const dependency of Object.keys(dependencies)) {
      const next = find(dependency, installed)
      if (seen.has(next)) continue
      seen.add(next)
      const found = await visit(next)
      brings.set(`${found.name} ${found.version}`, found.size)
    }
    return { name, version, size: await ownSize(installed) }
  }
  return { ...(await visit(find(packageName, folder))), brings }
}

const kilobytes = (bytes: number): string => String(Math.ceil(bytes / 1000))

/** The page of what each package weighs. */
export function packagesPage(all: readonly (Footprint & { readonly tarball?: number })[], advisories: string): string {
  const rows = all.map(({ name, version, tarball, size, brings }) => {
    const total = [...brings.values()].reduce((sum, one) => sum + one, size)
    const foreign = [...brings.keys()].filter((one) => !one.startsWith('@stream/')).sort()
    const cells = [
      `\`${name}\`${name.startsWith('@') ? '' : ` ${version}`}`,
      tarball === undefined ? '' : kilobytes(tarball),
      kilobytes(size),
      kilobytes(total),
      String(foreign.length),
      foreign.join(', '),
    ]
    return `| ${cells.join(' | ')} |`
  })
  return `# What the packages weigh

Written by \`npm run test:downstream\` from the packed packages, installed with npm. Kilobytes (1000 bytes). Files include
both module formats, types, source maps and sources. Much of what \`ilp-protocol-stream\` brings is its default plugin,
\`ilp-plugin\` with \`ilp-plugin-btp\`; 2.x left that to the program.

| Package | Tarball | Installed | With all it brings | Packages of others | Which |
| --- | ---: | ---: | ---: | ---: | --- |
${rows.join('\n')}

\`npm audit\` of this installation: ${advisories}.
`
}
