import { expect, test } from 'vitest'
import { BenchUsageError, readOptions, type BenchOptions } from './options.js'

const options = (...args: string[]): BenchOptions => {
  const asked = readOptions(args)
  if (asked.command !== 'run') throw new Error(`it was taken for ${asked.command}`)
  return asked.options
}

test('by default everything runs with five seeds', () => {
  const asked = options()
  expect(asked).toMatchObject({ controllers: undefined, seeds: [1, 2, 3, 4, 5], resume: false, cutAt: undefined })
  expect(asked.scenarios).toContain('bucket-50ms')
  expect(asked.workers).toBeGreaterThanOrEqual(1)
})

test.each([
  ['3', [1, 2, 3]],
  ['7-9', [7, 8, 9]],
  ['4,2', [4, 2]],
])('--seeds %s', (text, seeds) => {
  expect(options('--seeds', text).seeds).toEqual(seeds)
})

test('a star stands for any ending', () => {
  expect(options('--scenarios', 'rate-step-*,jitter').scenarios).toEqual(['jitter', 'rate-step-down', 'rate-step-up'])
})

test('quick means few scenarios, cut short, unless more is asked for', () => {
  expect(options('--quick')).toMatchObject({ seeds: [1], cutAt: 20_000 })
  expect(options('--quick').scenarios).toHaveLength(4)
  expect(options('--quick', '--seeds', '2', '--scenarios', 'jitter')).toMatchObject({
    seeds: [1, 2],
    scenarios: ['jitter'],
  })
})

test('modules may be several', () => {
  const asked = options('--controller-module', 'a.js', '--controller-module', 'b.js')
  expect(asked.controllerModules).toEqual(['a.js', 'b.js'])
})

test('help and list are commands of their own', () => {
  expect(readOptions(['--help'])).toEqual({ command: 'help' })
  expect(readOptions(['--list'])).toEqual({ command: 'list' })
})

test.each([
  [['--seeds', '0'], '--seeds is 0; expected how many'],
  [['--seeds', '5-2'], '--seeds is 5-2'],
  [['--seeds', '1,x'], '--seeds is x; expected a whole number'],
  [['--workers', 'many'], '--workers is many; expected a whole number'],
  [['--scenarios', 'nowhere'], '--scenarios names nowhere; there are bucket-5ms'],
  [['--nonsense'], '--nonsense'],
])('%j is refused', (args, message) => {
  expect(() => readOptions(args)).toThrow(BenchUsageError)
  expect(() => readOptions(args)).toThrow(message)
})
