// Runs the code blocks of the documentation, from the sources, each as a module of its own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { codeBlocks, documentedBlocks, linkPackages, statedOutput } from './code-blocks.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'docs-'))
beforeAll(() => {
  linkPackages(folder)
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let blockCount = 0
async function run({ language, code }) {
  const file = path.join(folder, `block${blockCount++}.${language}`)
  writeFileSync(file, code)
  const printed = []
  const log = vi.spyOn(console, 'log').mockImplementation((...values) => printed.push(format(...values)))
  try {
    await import(/* @vite-ignore */ pathToFileURL(file).href)
  } finally {
    log.mockRestore()
  }
  const stated = statedOutput(code)
  return { printed, stated: stated.length > 0 ? stated : printed }
}

async function withNetwork(action) {
  const { startLocalnet } = await import(
    pathToFileURL(path.join(folder, 'node_modules/@stream/localnet/src/index.ts')).href
  )
  const network = await startLocalnet({ port: 0 })
  vi.stubEnv('ILP_BTP_SERVER', `btp+ws://localhost:${network.port}`)
  try {
    return await action()
  } finally {
    vi.unstubAllEnvs()
    await network.close()
  }
}

describe('the code of the documentation', () => {
  const runnable = documentedBlocks().filter(({ words }) => !words.includes('fragment') && !words.includes('no-run'))
  it.each(runnable.map((block) => [`${block.file}:${block.line}`, block]))('%s runs', async (_, block) => {
    const { printed, stated } = await (block.words.includes('network') ? withNetwork(() => run(block)) : run(block))
    expect(printed).toEqual(stated)
  })

  it('is found by its fence, with its line and its words', () => {
    const markdown = 'text\n\n```ts no-run\nconst a = 1\n```\n\n```sh\nls\n```\n```js\nb()\n```\n'
    expect(codeBlocks('README.md', markdown)).toEqual([
      { file: 'README.md', line: 4, language: 'ts', words: ['no-run'], code: 'const a = 1\n' },
      { file: 'README.md', line: 11, language: 'js', words: [], code: 'b()\n' },
    ])
  })

  it('is compared with what it says it prints', async () => {
    await expect(run({ language: 'js', code: 'throw new Error("broken example")' })).rejects.toThrow('broken example')
    const code = 'const sum: number = 1 + 1\nfor (const n of [1n, 2n]) console.log(n, sum) // → 1n 2, then 3'
    expect(await run({ language: 'ts', code })).toEqual({ printed: ['1n 2', '2n 2'], stated: ['1n 2', '3'] })
  })
})
