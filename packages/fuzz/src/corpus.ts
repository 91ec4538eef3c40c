import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { fromHex, toHex } from './hex.js'

/** `packages/fuzz`, seen from `src` and from `dist`. */
const home = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const crashFolder = path.join(home, 'crashes')

const folderOf = (target: string): string => path.join(home, 'corpus', target)

/** The inputs in a file: one a line, in hex; lines that start with # and empty lines are for the reader. */
export function readInputs(file: string): Uint8Array[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(fromHex)
}

/** All committed inputs of a target: `seeds.hex`, found by coverage, and `regressions.hex`, each a fault that was fixed. */
export function readCorpus(target: string): Uint8Array[] {
  const folder = folderOf(target)
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).filter((file) => file.endsWith('.hex'))
  return files.sort().flatMap((file) => readInputs(path.join(folder, file)))
}

export function writeSeeds(target: string, inputs: readonly Uint8Array[]): string {
  const file = path.join(folderOf(target), 'seeds.hex')
  mkdirSync(path.dirname(file), { recursive: true })
  const about = '# Inputs that each reach code no earlier one does. Written by `npm run fuzz -- --grow`.'
  writeFileSync(file, [about, ...inputs.map(toHex), ''].join('\n'))
  return file
}

/** Writes what made a target fail, to be run again with `--replay`. */
export function writeCrash(target: string, input: Uint8Array, why: string): string {
  mkdirSync(crashFolder, { recursive: true })
  const hex = toHex(input)
  const hash = input.reduce((sum, byte) => (Math.imul(sum, 31) + byte) >>> 0, 7).toString(16)
  const file = path.join(crashFolder, `${target}-${hash}.hex`)
  const about = why.split('\n').map((line) => `# ${line}`)
  writeFileSync(file, [...about, hex, ''].join('\n'))
  return file
}
