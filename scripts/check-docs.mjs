// Compiles every code block of the documentation against the sources. The test project `docs` runs them.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { documentedBlocks, linkPackages } from './code-blocks.mjs'
import { root } from './workspace.mjs'

const blocks = documentedBlocks().filter(({ words }) => !words.includes('fragment'))
const folder = mkdtempSync(path.join(tmpdir(), 'check-docs-'))
try {
  linkPackages(folder)
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: path.join(root, 'tsconfig.base.json'),
      compilerOptions: {
        composite: false,
        declarationMap: false,
        noEmit: true,
        allowJs: true,
        checkJs: true,
        types: ['node'],
        lib: ['ES2022', 'DOM'],
        // A reader's example may index an array without ceremony.
        noUncheckedIndexedAccess: false,
        verbatimModuleSyntax: false,
        moduleDetection: 'force',
      },
      include: ['*.ts', '*.js', '*.cjs'],
    }),
  )
  const byFile = new Map()
  for (const [index, block] of blocks.entries()) {
    const extension = block.language === 'js' && block.code.includes('require(') ? 'cjs' : block.language
    const name = `block${index}.${extension}`
    byFile.set(name, block)
    writeFileSync(path.join(folder, name), block.code)
  }
  const tsc = path.join(root, 'node_modules/.bin/tsc')
  const result =
    blocks.length > 0
      ? spawnSync(tsc, ['-p', folder, '--pretty', 'false'], { cwd: folder, encoding: 'utf8' })
      : undefined
  const output = (result?.stdout ?? '').replaceAll(/^(block\d+\.\w+)\((\d+),(\d+)\)/gm, (_, name, line, column) => {
    const block = byFile.get(name)
    return `${block.file}:${block.line + Number(line) - 1}:${column}`
  })
  if (result !== undefined && result.status !== 0) console.error(output + result.stderr)
  else console.log(`${blocks.length} code blocks of the documentation compile`)
  process.exitCode = result?.status ?? 0
} finally {
  rmSync(folder, { recursive: true, force: true })
}
