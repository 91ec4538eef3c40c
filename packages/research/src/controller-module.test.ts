import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../test/folder.js'
import { ControllerModuleError, controllersOf, importControllers } from './controller-module.js'

const moduleWith = (code: string): string => {
  const file = path.join(temporaryFolder(), 'controllers.mjs')
  writeFileSync(file, code)
  return file
}

const SOUND = `{
  window: () => ({ packets: 1, amount: 1n }), nextSendTime: (now) => now, metrics: () => ({}),
  onPacketSent() {}, onPacketAcked() {}, onCongestion() {}, onPathChanged() {},
}`

test('every function that a module exports makes a controller of its name', async () => {
  const file = moduleWith(
    `export const one = () => () => (${SOUND})\nexport const two = one\nexport const note = 'text'`,
  )
  expect(Object.keys(await importControllers(file))).toEqual(['one', 'two'])
  expect(Object.keys(await controllersOf([file]))).toEqual(expect.arrayContaining(['paced-aimd', 'predecessor', 'two']))
})

test.each([
  [`export const nothing = 1`, 'exports no function'],
  [`export const broken = () => () => ({ window() {} })`, 'lacks nextSendTime, onPacketSent'],
  [`export const forgotten = () => undefined`, 'lacks window'],
])('a module that says %s is refused', async (code, message) => {
  const failure = await importControllers(moduleWith(code)).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(ControllerModuleError)
  expect(String(failure)).toContain(message)
})
