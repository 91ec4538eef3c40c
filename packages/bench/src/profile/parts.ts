import type { Profiler } from 'node:inspector'

export const PARTS = {
  crypto: 'Cryptography: two seals, two opens, the HMACs and their hashes',
  core: 'The core: what may go, frames, allocation, outcome, rate, windows, buffers',
  facade: 'The facade: promises, driver, server routing, streams',
  codec: 'STREAM and ILP codec',
  garbage: 'Garbage collection',
  node: 'Node itself, in nobody’s name',
  bench: "The bench's network",
} as const
export type Part = keyof typeof PARTS

const FOLDERS: readonly (readonly [RegExp, Part])[] = [
  [/\/packages\/crypto\/|^node:internal\/crypto\//, 'crypto'],
  [/\/packages\/(connection|flow)\//, 'core'],
  [/\/packages\/ilp-protocol-stream\//, 'facade'],
  [/\/packages\/frames\//, 'codec'],
  [/\/packages\/bench\/|\/node_modules\//, 'bench'],
]

/** Starting and stopping the profiler. */
const PROFILER = /\/packages\/bench\/(dist|src)\/profile\//

export interface Shares {
  /** Of the time the process was not idle. */
  readonly parts: Readonly<Record<Part, number>>
  /** The functions with the most time of their own, calls into Node counted to whoever calls. */
  readonly functions: readonly { readonly name: string; readonly file: string; readonly share: number }[]
}

const FUNCTIONS = 20

/** Who spent the time. What is Node's own belongs to the code that called it. */
export function sharesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Shares {
  const self = new Map<number, number>()
  for (const [place, id] of samples.entries()) self.set(id, (self.get(id) ?? 0) + (timeDeltas[place] ?? 0))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)))
  const owners = new Map<number, Owner>()
  const ownerOf = (id: number): Owner => {
    const known = owners.get(id)
    if (known !== undefined) return known
    const { functionName, url } = byId.get(id)!.callFrame
    const part = functionName === '(garbage collector)' ? 'garbage' : FOLDERS.find(([path]) => path.test(url))?.[1]
    const parent = parents.get(id)
    let owner: Owner = NODE
    if (part !== undefined) owner = { part, name: functionName || '(anonymous)', file: shortened(url) }
    else if (parent !== undefined) owner = ownerOf(parent)
    owners.set(id, owner)
    return owner
  }
  let total = 0
  const parts: Record<Part, number> = { crypto: 0, core: 0, facade: 0, codec: 0, garbage: 0, node: 0, bench: 0 }
  const functions = new Map<string, Owner & { time: number }>()
  for (const [id, time] of self) {
    const { functionName, url } = byId.get(id)!.callFrame
    if (functionName === '(idle)' || PROFILER.test(url)) continue
    const owner = ownerOf(id)
    total += time
    parts[owner.part] += time
    const key = `${owner.name} ${owner.file}`
    functions.set(key, { ...owner, time: (functions.get(key)?.time ?? 0) + time })
  }
  for (const part of Object.keys(parts) as Part[]) parts[part] /= total || 1
  return {
    parts,
    functions: [...functions.values()]
      .sort((a, b) => b.time - a.time)
      .slice(0, FUNCTIONS)
      .map(({ name, file, time }) => ({ name, file, share: time / (total || 1) })),
  }
}

interface Owner {
  readonly part: Part
  readonly name: string
  readonly file: string
}
const NODE: Owner = { part: 'node', name: '(node)', file: '' }

function shortened(url: string): string {
  return url.replace(/^.*\/packages\//, '').replace(/^.*\/node_modules\//, '')
}
