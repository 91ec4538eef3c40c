import { expect, test } from 'vitest'
import { minimise } from './minimise.js'

const hasBoth = (input: Uint8Array): boolean => input.includes(7) && input.includes(9)

test('a failure is left with what it needs, and zeros', () => {
  const input = Uint8Array.from({ length: 300 }, (_, i) => (i === 100 ? 7 : i === 250 ? 9 : i & 1))
  expect([...minimise(input, hasBoth)]).toEqual([7, 9])
  const atPlace = (candidate: Uint8Array): boolean => candidate.length >= 3 && candidate[2] === 5
  expect([...minimise(Uint8Array.of(1, 2, 5, 4), atPlace)]).toEqual([0, 0, 5])
})

test('an input that fails whatever it is ends empty', () => {
  expect(minimise(new Uint8Array(50).fill(3), () => true)).toHaveLength(0)
})

test('no more executions are spent than allowed', () => {
  let executions = 0
  const input = new Uint8Array(1000).fill(1)
  const result = minimise(
    input,
    () => {
      executions++
      return false
    },
    40,
  )
  expect(result).toBe(input)
  expect(executions).toBe(40)
})
