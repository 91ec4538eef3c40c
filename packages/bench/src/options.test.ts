import { expect, test } from 'vitest'
import { parseOptions, type BenchOptions } from './options.js'
import { scenarios } from './scenarios/all.js'

const parsed = (line: string): BenchOptions => parseOptions(line.split(' ').filter((arg) => arg !== '')) as BenchOptions

test('without options every scenario runs and nothing is documented', () => {
  const options = parsed('')
  expect([...options.parts]).toEqual(['results'])
  expect(options.scenarios).toEqual(scenarios)
  expect(options.isDocumented).toBe(false)
})

test('a quick run leaves out the long scenarios, unless they are named', () => {
  const quick = parsed('--quick').scenarios.map(({ name }) => name)
  expect(quick).toContain('money-zero')
  expect(quick).not.toContain('idle-10000')
  expect(parsed('--quick idle-10000').scenarios.map(({ name }) => name)).toEqual(['idle-10000'])
})

test('growth and profile run alone, or beside scenarios that are named', () => {
  expect([...parsed('--growth').parts]).toEqual(['growth'])
  expect([...parsed('--growth --profile').parts]).toEqual(['growth', 'profile'])
  expect([...parsed('--profile money-zero').parts]).toEqual(['profile', 'results'])
})

test('the documentation is renewed as a whole, or in the parts that are named', () => {
  expect([...parsed('--document').parts].sort()).toEqual(['growth', 'profile', 'results'])
  expect([...parsed('--document --profile').parts]).toEqual(['profile'])
  expect(() => parsed('--document money-zero')).toThrow('all scenarios')
})

test('what cannot be meant is refused with what was expected', () => {
  expect(() => parsed('--rounds 0')).toThrow('--rounds must be 1 or more, got 0')
  expect(() => parsed('money-none')).toThrow('no scenario money-none; there are money-zero')
  expect(() => parsed('--fast')).toThrow('--fast')
})
