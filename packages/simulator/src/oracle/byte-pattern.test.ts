import { expect, test } from 'vitest'
import { ByteCheck, patternAt } from './byte-pattern.js'

const bytes = (from: number, to: number, streamId = 1): Uint8Array =>
  Uint8Array.from({ length: to - from }, (_, i) => patternAt(streamId, true, from + i))

test('bytes in order and each once are as they were written', () => {
  const check = new ByteCheck(1, true)
  expect([check.take(bytes(0, 300)), check.take(bytes(300, 301)), check.position]).toEqual([undefined, undefined, 301])
})

test.each([
  ['repeated', bytes(0, 10), bytes(5, 10)],
  ['missing', bytes(0, 10), bytes(11, 20)],
  ['of another stream', bytes(0, 10), bytes(10, 20, 3)],
])('bytes that are %s show', (_, first, second) => {
  const check = new ByteCheck(1, true)
  check.take(first)
  expect(check.take(second)).toMatch(/^byte 10 of stream 1 is \d+, \d+ was written$/)
})
