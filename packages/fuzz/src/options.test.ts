import { expect, test } from 'vitest'
import { parseCommand } from './options.js'
import { targets } from './targets/all.js'

const names = targets.map(({ name }) => name)

test('without arguments all targets run for a minute each, from a seed of the time', () => {
  expect(parseCommand([], 7)).toMatchObject({ targets: names, seconds: 60, executions: undefined, seed: 7 })
})

test('the short run has a fixed seed and the number of executions of each target', () => {
  expect(parseCommand(['--ci'], 7)).toMatchObject({
    targets: names,
    seconds: undefined,
    executions: undefined,
    seed: 1,
  })
})

test.each(targets.map(({ name, executions }) => [name, executions] as const))(
  'the short run gives %s a hundred thousand executions at least',
  (_, executions) => {
    expect(executions).toBeGreaterThanOrEqual(100_000)
  },
)

test('targets, executions and seed are as asked for', () => {
  const args = ['--target', 'packet', '--target', 'sender', '--executions', '500', '--seed', '3']
  expect(parseCommand(args, 7)).toMatchObject({
    targets: ['packet', 'sender'],
    executions: 500,
    seed: 3,
    seconds: undefined,
  })
})

test.each([
  [['--target', 'nobody'], 'no target named nobody'],
  [['--seconds', 'soon'], '--seconds must be a whole number, got soon'],
  [['--replay', 'a.hex'], '--replay needs one --target'],
  [['--fast'], 'fast'],
])('%j is refused with a word of explanation', (args, message) => {
  expect(() => parseCommand(args, 7)).toThrow(message)
})
