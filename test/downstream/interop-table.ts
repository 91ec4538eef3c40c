export interface InteropRow {
  readonly program: string
  readonly version: string
  readonly does: string
  readonly works: boolean
}

/** The page of what ran with what, as the run found it. */
export function interopTable(rows: readonly InteropRow[]): string {
  return `# Published programs on top of \`ilp-protocol-stream\`

Written by \`npm run test:downstream\`, which installs these programs from npm in exactly these versions, with our packages
in place of the \`ilp-protocol-stream\` they would bring along, and runs each as a process of its own on Node
${process.versions.node.split('.')[0]}, over \`ilp-plugin-btp\` and a network on loopback where nothing else is said. Every night.

| Program | Version | What it does | Result |
| --- | --- | --- | --- |
${rows.map(({ program, version, does, works }) => `| \`${program}\` | ${version} | ${does} | ${works ? 'as said' : '**not so**'} |`).join('\n')}
`
}
