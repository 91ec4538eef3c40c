// The code of the documentation, as the checks see it. A ```ts or ```js block is a whole module: it compiles, and it
// runs. Words after the language say otherwise:
//   no-run     compiles only (it would listen, wait or connect for ever)
//   network    runs with an embedded network as the default plugin's peer
//   fragment   neither: a signature or a piece taken out of its surroundings
// A comment at the end of a console.log line, `// → 42`, states what that line prints; in a loop `// → 1, then 2`.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { packagesIn, root } from './workspace.mjs'

/**
 * @typedef {object} CodeBlock
 * @property {string} file relative to the repository, e.g. `packages/frames/README.md`
 * @property {number} line of its first line of code
 * @property {'ts' | 'js'} language
 * @property {string[]} words after the language
 * @property {string} code
 */

/** @returns {CodeBlock[]} */
export function codeBlocks(file, markdown) {
  const blocks = []
  const fence = /^(`{3,})(ts|typescript|js|javascript)\b([^\n`]*)\n([\s\S]*?)^\1[ \t]*$/gm
  for (const match of markdown.matchAll(fence)) {
    const [, , language, words, code] = match
    const line = markdown.slice(0, match.index).split('\n').length + 1
    const flags = words.trim().split(/\s+/).filter(Boolean)
    blocks.push({ file, line, language: language.startsWith('t') ? 'ts' : 'js', words: flags, code })
  }
  return blocks
}

/** Lines a block says it prints, in order. */
export const statedOutput = (code) =>
  [...code.matchAll(/console\.log\(.*\/\/ → (.*)$/gm)].flatMap((match) => match[1].trim().split(', then '))

const markdownIn = (folder) =>
  existsSync(path.join(root, folder))
    ? readdirSync(path.join(root, folder), { recursive: true })
        .filter((file) => file.endsWith('.md') && !file.startsWith('api'))
        .map((file) => path.join(folder, file))
    : []

/** Every code block of the root's and the packages' READMEs, of docs/ and of the examples' READMEs. */
export function documentedBlocks() {
  const readmes = [...packagesIn('packages'), ...packagesIn('examples')]
    .map(({ folder }) => path.relative(root, path.join(folder, 'README.md')))
    .filter((file) => existsSync(path.join(root, file)))
  const files = ['README.md', 'CONTRIBUTING.md', ...readmes, ...markdownIn('docs')]
  return files
    .filter((file) => existsSync(path.join(root, file)))
    .flatMap((file) => codeBlocks(file, readFileSync(path.join(root, file), 'utf8')))
}

function link(target, at) {
  mkdirSync(path.dirname(at), { recursive: true })
  if (!existsSync(at)) symlinkSync(target, at, 'junction')
}

/** Gives `folder` a node_modules as a user of every package here would have: ours, and what they depend on. */
export function linkPackages(folder) {
  const modules = path.join(folder, 'node_modules')
  for (const { name, folder: target } of packagesIn('packages')) link(target, path.join(modules, name))
  for (const { folder: owner, manifest } of packagesIn('packages')) {
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })) {
      const target = path.join(owner, 'node_modules', name)
      if (existsSync(target)) link(target, path.join(modules, name))
    }
  }
  link(path.join(root, 'node_modules/@types/node'), path.join(modules, '@types/node'))
  link(path.join(root, 'node_modules/vitest'), path.join(modules, 'vitest'))
}
