import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../folder.js'

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const bench = (...args: string[]) => promisify(execFile)(process.execPath, [main, ...args])

const figuresWith = async (workers: string): Promise<string> => {
  const out = temporaryFolder()
  const args = ['--quick', '--scenarios', 'bucket-200ms', '--controllers', 'paced-aimd,fixed-window', '--out', out]
  const { stdout, stderr } = await bench(...args, '--workers', workers)
  expect(stdout).toContain('2 runs (2 now)')
  expect(stderr).toContain('2/2 runs')
  return readFileSync(path.join(out, 'runs.csv'), 'utf8')
}

test('threads give the same figures as the main thread', async () => {
  expect(await figuresWith('2')).toBe(await figuresWith('0'))
})

test('what is wrong with the command line is said in one line', async () => {
  const failure = await bench('--seeds', 'x').catch((error: { code: number; stderr: string }) => error)
  expect(failure).toMatchObject({
    code: 2,
    stderr: '--seeds is x; expected how many (5), which (3,7) or from-to (1-20)\n',
  })
})

test('a list names what there is', async () => {
  const { stdout } = await bench('--list')
  expect(stdout).toContain('  paced-aimd\n')
  expect(stdout).toMatch(/ {2}micropayments +An hour of one packet a second\n/)
})
