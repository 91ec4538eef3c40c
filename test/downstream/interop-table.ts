import { programs as versions } from './installation.js'

export interface InteropRow {
  readonly program: string
  readonly version: string
  readonly does: string
  readonly works: boolean
}

/** What ours does against an end that others published. */
export interface EndResult {
  readonly ours: string
  readonly peer: string
  /** What the page says when it went as expected. */
  readonly says: string
  readonly works: boolean
}

const result = (works: boolean, says: string): string => (works ? says : '**not so**')
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

/** Ours down, the peers across. A peer that has no such end has an empty cell. */
function endsTable(results: readonly EndResult[]): string {
  const [ours, peers] = (['ours', 'peer'] as const).map((side) => [...new Set(results.map((one) => one[side]))])
  const cell = (end: string, peer: string): string => {
    const found = results.find((one) => one.ours === end && one.peer === peer)
    return found === undefined ? '' : result(found.works, found.says)
  }
  return table(
    ['', ...peers!],
    ours!.map((end) => [end, ...peers!.map((peer) => cell(end, peer))]),
  )
}

/** The page of what ran with what, as the run found it. */
export function interopTable(rows: readonly InteropRow[], ends: readonly EndResult[]): string {
  const programs = rows.map(({ program, version, does, works }) => [
    `\`${program}\``,
    version,
    does,
    result(works, 'as said'),
  ])
  return `# What runs with what

Written by \`npm run test:downstream\`, which installs published programs from npm in exactly these versions and runs each
as a process of its own on Node ${process.versions.node.split('.')[0]}, over \`ilp-plugin-btp\` ${versions['ilp-plugin-btp']} and a network on loopback where nothing else is said. Every night.

## The two ends of a connection

Money both ways at a rate of 0.5, data both ways and receipts with 2.x; a payment with a receipt where one of the two only
pays or only receives. A peer without such an end has an empty cell.

${endsTable(ends)}

Help for 2.7.1: \`closed\` of its streams is made writable. Without, it opens no stream on Node 18 and later: \`TypeError: Cannot
set property closed of #<Readable> which has only a getter\`.

## Published programs on top of \`ilp-protocol-stream\`

With our packages in place of the \`ilp-protocol-stream\` they would bring along. Ids of faults are those of the
[conformance page](CONFORMANCE.md).

${table(['Program', 'Version', 'What it does', 'Result'], programs)}
`
}
