// One module per entry point that a package.json names, called as it is imported: `@stream/frames/ilp`.
import path from 'node:path'
import { publishedPackages, root } from './scripts/workspace.mjs'

const sources = publishedPackages().flatMap(({ folder, manifest }) =>
  Object.values(manifest.exports)
    .map((target) => target['@stream/source'])
    .filter((file) => file !== undefined)
    .map((file) => path.relative(root, path.join(folder, file))),
)

/** @type {import('typedoc').TypeDocOptions} */
export default {
  name: 'Interledger STREAM',
  entryPoints: sources,
  tsconfig: 'tsconfig.docs.json',
  plugin: ['./scripts/typedoc-specifiers.mjs'],
  out: 'docs/api',
  readme: 'README.md',
  // No repository to link to is assumed: a clone, a fork and an archive give the same pages.
  disableSources: true,
  externalSymbolLinkMappings: { '@types/node': { '*': 'https://nodejs.org/docs/latest-v20.x/api/' } },
  excludePrivate: true,
  excludeInternal: true,
  categorizeByGroup: false,
  sort: ['source-order'],
  treatWarningsAsErrors: true,
  validation: {
    notExported: false,
    invalidLink: true,
    rewrittenLink: true,
    notDocumented: false,
    unusedMergeModuleWith: true,
  },
}
