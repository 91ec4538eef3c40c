import { afterEach, describe, expect, test } from 'vitest'
import { seededRandom } from '@stream/simulator'
import { Coverage } from './coverage.js'
import { Fault } from './fault.js'
import { Fuzzer, type FuzzOptions } from './fuzzer.js'
import { mutate } from './mutate.js'
import type { Target } from './target.js'

const base = { name: 'planted', about: '', executions: 0, batch: 64, maxLength: 16 }
const noise = (random: { bytes(length: number): Uint8Array }): Uint8Array => random.bytes(4)
const shortly = (most: number): Pick<FuzzOptions, 'goesOn' | 'corpus'> => ({
  goesOn: (done) => done < most,
  corpus: [],
})

/** Four bytes that chance finds once in 2^32: one at a time, or not at all. */
function locked(input: Uint8Array): void {
  if (input[0] !== 0x53) return
  if (input[1] !== 0x54) return
  if (input[2] !== 0x52) return
  if (input[3] === 0x4d) throw new Fault('the lock is open')
}

let coverage: Coverage | undefined
afterEach(() => {
  coverage?.close()
  coverage = undefined
})

describe('the fuzzer', () => {
  test('finds what only its looks at the coverage lead to, and says it once, as small as it gets', () => {
    coverage = new Coverage((url) => url.includes('fuzzer.test.ts'))
    const target: Target = { ...base, batch: 1024, generate: noise, run: locked }
    const { crashes, discoveries } = new Fuzzer(target, { ...shortly(100_000), seed: 1, coverage }).run()
    expect(crashes.map(({ error, input }) => [(error as Error).message, ...input])).toEqual([
      ['the lock is open', 0x53, 0x54, 0x52, 0x4d],
    ])
    expect(discoveries.length).toBeGreaterThan(2)
  })

  test('tells failures apart by what they say and where they come from, not by the figures in them', () => {
    const run = (input: Uint8Array): void => {
      const [first = 0] = input
      if (first % 2 === 1) throw new Fault(`${first} is odd`)
      if (first > 200) throw new RangeError('too large')
    }
    const { crashes } = new Fuzzer({ ...base, generate: noise, run }, { ...shortly(1000), seed: 1 }).run()
    expect(crashes.map(({ error }) => (error as Error).name).sort()).toEqual(['Fault', 'RangeError'])
  })

  test('runs the corpus first, and every input is known before it runs', () => {
    const ran: number[] = []
    const announced: number[] = []
    const corpus = [Uint8Array.of(1), Uint8Array.of(2)]
    const target = { ...base, generate: noise, run: (input: Uint8Array) => void ran.push(input[0] ?? -1) }
    const onInput = (input: Uint8Array) => void announced.push(input[0] ?? -1)
    new Fuzzer(target, { seed: 1, goesOn: (done) => done < 100, corpus, onInput }).run()
    expect(ran.slice(0, 2)).toEqual([1, 2])
    expect(announced).toEqual(ran)
  })

  test('repeats itself for a seed, and for no other', () => {
    const inputsOf = (seed: number): string => {
      const inputs: string[] = []
      const run = (input: Uint8Array) => void inputs.push(input.join())
      new Fuzzer({ ...base, generate: noise, run }, { ...shortly(500), seed }).run()
      return inputs.join(';')
    }
    expect(inputsOf(5)).toBe(inputsOf(5))
    expect(inputsOf(5)).not.toBe(inputsOf(6))
  })
})

test('a changed input is another one, within its length, and leaves the original alone', () => {
  const random = seededRandom(3)
  const original = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
  const other = new Uint8Array(40).fill(9)
  const changed = Array.from({ length: 2000 }, () => mutate(original, other, random, 20))
  expect(Math.max(...changed.map(({ length }) => length))).toBe(20)
  expect(changed.some((bytes) => bytes.includes(9) && bytes.includes(1))).toBe(true)
  expect(new Set(changed.map(String)).size).toBeGreaterThan(1500)
  expect([...original]).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})
