import { afterEach, expect, test } from 'vitest'
import { Coverage } from './coverage.js'
import { distil } from './distil.js'

let coverage: Coverage | undefined
afterEach(() => {
  coverage?.close()
  coverage = undefined
})

const said: string[] = []

/** Each first byte leads to code of its own; the third byte to more. */
function branching(input: Uint8Array): void {
  if (input[0] === 1) said.push('one')
  if (input[0] === 2) said.push('two')
  if (input[2] === 3) said.push('three')
}

test('of inputs that reach the same the shortest is kept, without what follows the last that counts', () => {
  coverage = new Coverage((url) => url.includes('distil.test.ts'))
  const inputs = [[1, 9, 9, 9, 9, 9], [1, 9], [2, 9, 3, 9, 9], [9]].map((bytes) => Uint8Array.from(bytes))
  const kept = distil(inputs, branching, coverage)
  expect(kept.map((input) => [...input])).toEqual([[9], [1], [2, 9, 3]])
  expect(said.length).toBeGreaterThan(0)
})

test('inputs that reach nothing new are dropped', () => {
  coverage = new Coverage(() => false)
  expect(distil([Uint8Array.of(1)], branching, coverage)).toEqual([])
})
