import type { Section } from '../report/section.js'
import { alignedTable } from '../report/table.js'
import { PARTS, type Part, type Shares } from './parts.js'
import type { ProfileName } from './profiles.js'

/** Shares by part, and the functions that take most; of several runs the mean. */
export function profileSection(runs: ReadonlyMap<ProfileName, readonly Shares[]>, about: object): Section {
  const names = [...runs.keys()]
  const parts = Object.keys(PARTS) as Part[]
  const mean = (name: ProfileName, part: Part): number => {
    const values = (runs.get(name) ?? []).map((shares) => shares.parts[part])
    return values.reduce((sum, value) => sum + value, 0) / values.length
  }
  const first = names[0]!
  const rows = [...parts]
    .sort((a, b) => mean(first, b) - mean(first, a))
    .map((part) => [PARTS[part], ...names.map((name) => percent(mean(name, part)))])
  const tables = [alignedTable([['Part', ...names.map(capitalised)], ...rows])]
  for (const name of names) {
    const functions = runs.get(name)?.[0]?.functions ?? []
    const listed = functions.map((entry) => [`\`${entry.name}\``, entry.file || 'Node', percent(entry.share)])
    tables.push(`### Functions, ${name}\n\n${alignedTable([['Function', 'File', 'Share'], ...listed])}`)
  }
  return {
    name: 'profile',
    markdown: tables.join('\n\n'),
    json: { about, profiles: Object.fromEntries(runs) },
    plots: new Map(),
    documented: [],
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
