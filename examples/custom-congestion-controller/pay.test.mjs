import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('a payment completes with the controller of this folder', async () => {
  const pay = fileURLToPath(new URL('pay.js', import.meta.url))
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [pay])
  expect({ stdout, stderr }).toEqual({ stdout: 'sent 100000\n', stderr: '' })
})

test('the research bench takes the controller as it is', async () => {
  const bench = fileURLToPath(new URL('../../packages/research/dist/main.js', import.meta.url))
  const file = fileURLToPath(new URL('gentle.js', import.meta.url))
  const args = ['--controller-module', file, '--controllers', 'gentle', '--scenarios', 'micropayments', '--seeds', '1']
  const out = await mkdtemp(path.join(tmpdir(), 'bench-'))
  const { stdout } = await promisify(execFile)(process.execPath, [bench, ...args, '--workers', '1', '--out', out])
  await rm(out, { recursive: true })
  expect(stdout).toMatch(/micropayments +completion +≥ 100.0 % +100.0 %\n/)
})
