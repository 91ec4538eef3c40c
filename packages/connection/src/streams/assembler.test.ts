import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { assert, describe, expect, it } from 'vitest'
import { Assembler } from './assembler.js'

/** The byte a stream has at a position: segments that overlap honestly agree. */
const byteAt = (position: number) => (position * 31 + (position >> 8)) & 0xff
const segment = (offset: number, length: number) => Uint8Array.from({ length }, (_, i) => byteAt(offset + i))
const readAll = (assembler: Assembler, chunk = 1e9): number[] => {
  const bytes: number[] = []
  for (let part = assembler.read(chunk); part !== undefined; part = assembler.read(chunk)) bytes.push(...part)
  return bytes
}

describe('Assembler', () => {
  it('passes bytes in order straight through', () => {
    const assembler = new Assembler()
    expect(assembler.insert(0, segment(0, 10))).toBe(true)
    expect(assembler.insert(10, segment(10, 5))).toBe(true)
    expect([assembler.readableBytes, assembler.highestOffset, assembler.hasGap]).toEqual([15, 15, false])
    expect([...assembler.read(100)!]).toEqual([...segment(0, 15)])
    expect([assembler.readOffset, assembler.readableBytes, assembler.read(1)]).toEqual([15, 0, undefined])
  })

  it('holds back what follows a gap until the gap is filled', () => {
    const assembler = new Assembler()
    expect(assembler.insert(10, segment(10, 10))).toBe(false)
    expect([assembler.readableBytes, assembler.highestOffset, assembler.hasGap]).toEqual([0, 20, true])
    expect(assembler.read(5)).toBeUndefined()
    expect(assembler.insert(0, segment(0, 10))).toBe(true)
    expect([assembler.readableBytes, assembler.hasGap]).toEqual([20, false])
    expect(readAll(assembler)).toEqual([...segment(0, 20)])
  })

  it('takes a duplicate for success and goes on behind it', () => {
    const assembler = new Assembler()
    assembler.insert(0, segment(0, 4))
    readAll(assembler)
    expect(assembler.insert(0, segment(0, 4))).toBe(false)
    expect(assembler.insert(2, segment(2, 4))).toBe(true)
    expect(readAll(assembler)).toEqual([...segment(4, 2)])
  })

  // RFC 0029 5.3.11-2
  it('leaves known bytes as they first came', () => {
    const assembler = new Assembler()
    assembler.insert(2, Uint8Array.of(2, 2))
    assembler.insert(0, Uint8Array.of(9, 9, 9, 9, 9, 9))
    expect(readAll(assembler)).toEqual([9, 9, 2, 2, 9, 9])
    assembler.insert(4, Uint8Array.of(1, 1, 1, 1))
    expect(readAll(assembler)).toEqual([1, 1])
  })

  it('ignores empty segments wherever they are', () => {
    const assembler = new Assembler()
    expect(assembler.insert(0, new Uint8Array(0))).toBe(false)
    expect(assembler.insert(1e12, new Uint8Array(0))).toBe(false)
    expect([assembler.highestOffset, assembler.hasGap, assembler.readableBytes]).toEqual([0, false, 0])
  })

  it('reads no more than asked for, and everything when more is asked for', () => {
    const assembler = new Assembler()
    for (let i = 0; i < 10; i++) assembler.insert(i * 1000, segment(i * 1000, 1000))
    expect(assembler.read(2500)).toHaveLength(2500)
    expect(assembler.read(0)).toBeUndefined()
    expect(assembler.read(1e6)).toHaveLength(7500)
  })

  it('hands on a large segment without copying it', () => {
    const assembler = new Assembler()
    const packet = new Uint8Array(32_000)
    assembler.insert(0, packet.subarray(40))
    expect(assembler.read(1e6)!.buffer).toBe(packet.buffer)
  })

  it('works at positions far above 2^32 (F16)', () => {
    const assembler = new Assembler()
    const far = 2 ** 45 + 123
    assembler.insert(far, segment(far, 100))
    expect([assembler.highestOffset, assembler.hasGap, assembler.readableBytes]).toEqual([far + 100, true, 0])
  })

  it('forgets everything once discarded, but goes on counting', () => {
    const assembler = new Assembler()
    assembler.insert(0, segment(0, 10))
    assembler.insert(20, segment(20, 10))
    assembler.discard()
    expect([assembler.readableBytes, assembler.hasGap, assembler.read(5)]).toEqual([0, false, undefined])
    expect(assembler.insert(10, segment(10, 40))).toBe(false)
    expect([assembler.highestOffset, assembler.readableBytes, assembler.hasGap]).toEqual([50, 0, false])
  })

  it('equals an array with holes under any segments and reads', () => {
    const near = fc.record({ offset: fc.nat(300), length: fc.nat(60), read: fc.nat(80) })
    const wide = fc.record({ offset: fc.nat(12_000), length: fc.nat(9000), read: fc.nat(12_000) })
    fc.assert(
      fc.property(fc.oneof(fc.array(near, { maxLength: 60 }), fc.array(wide, { maxLength: 30 })), (script) => {
        const assembler = new Assembler()
        const known = new Map<number, number>()
        let head = 0
        let readOffset = 0
        let highest = 0
        let value = 0
        for (const { offset, length, read } of script) {
          value = (value + 1) & 0xff
          const before = head
          const moved = assembler.insert(offset, new Uint8Array(length).fill(value))
          for (let i = offset; i < offset + length; i++) if (i >= readOffset && !known.has(i)) known.set(i, value)
          if (length > 0) highest = Math.max(highest, offset + length)
          while (known.has(head)) head++
          assert.equal(moved, head > before)
          assert.equal(assembler.readableBytes, head - readOffset)
          assert.equal(assembler.highestOffset, highest)
          assert.equal(assembler.hasGap, highest > head)
          const bytes = assembler.read(read) ?? new Uint8Array(0)
          assert.isAtMost(bytes.length, Math.min(head - readOffset, read))
          // It may stop short where more would be a copy, but not at once.
          assert.equal(bytes.length > 0, Math.min(head - readOffset, read) > 0)
          const expected: number[] = []
          for (const end = readOffset + bytes.length; readOffset < end; readOffset++)
            expected.push(known.get(readOffset)!)
          assert.equal(Buffer.compare(bytes, Uint8Array.from(expected)), 0)
          assert.equal(assembler.readOffset, readOffset)
        }
      }),
      { numRuns: 100 },
    )
  })

  it.each([
    ['in reverse', (i: number, n: number) => n - 1 - i],
    ['every second one first', (i: number, n: number) => (i < n / 2 ? 2 * i + 1 : 2 * (i - n / 2))],
    [
      'every second one first, in reverse',
      (i: number, n: number) => (i < n / 2 ? n - 1 - 2 * i : n - 2 - 2 * (i - n / 2)),
    ],
    ['far apart', (i: number, n: number) => (i * 7919) % n],
  ])('puts 32000 one-byte segments in order quickly: %s', (_, orderOf) => {
    const count = 32_000
    const ordered = (): number => {
      const assembler = new Assembler()
      const started = performance.now()
      for (let i = 0; i < count; i++) {
        const offset = orderOf(i, count)
        assembler.insert(offset, Uint8Array.of(byteAt(offset)))
      }
      const bytes = readAll(assembler)
      const took = performance.now() - started
      expect(Buffer.compare(Uint8Array.from(bytes), segment(0, count))).toBe(0)
      return took
    }
    // Some 10 ms, and the least of three for a busy machine; half a billion steps would take longer.
    expect(Math.min(ordered(), ordered(), ordered())).toBeLessThan(2000)
  })

  describe('memory', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    /** Twice: buffers found dead are freed in the background, at the latest when the next collection begins. */
    const collectGarbage = () => {
      collect()
      collect()
    }
    const window = 32_768

    /** Bytes of buffers still alive after one-byte slices of large packets came at these offsets. */
    const retainedAfter = (offsets: readonly number[]): number => {
      collectGarbage()
      const before = process.memoryUsage().arrayBuffers
      const assembler = new Assembler()
      for (const offset of offsets) assembler.insert(offset, new Uint8Array(4096).subarray(100, 101))
      collectGarbage()
      const bytes = process.memoryUsage().arrayBuffers - before
      assert.equal(assembler.highestOffset, window)
      return bytes
    }

    it('is freed as the bytes are read, also where every other packet is late', () => {
      const assembler = new Assembler()
      collectGarbage()
      const before = process.memoryUsage().arrayBuffers
      for (let offset = 0; offset < 100 * window; offset += 8192) {
        assembler.insert(offset + 4096, new Uint8Array(4096))
        assembler.insert(offset, new Uint8Array(4096))
        assert.equal(assembler.read(8192)?.length, 8192)
      }
      collectGarbage()
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(window)
      expect(assembler.readOffset).toBe(100 * window)
    })

    it.each([
      ['in order', Array.from({ length: window }, (_, i) => i)],
      ['with a gap before each', Array.from({ length: window / 2 }, (_, i) => 2 * i + 1)],
      ['in reverse', Array.from({ length: window }, (_, i) => window - 1 - i)],
    ])('stays near the window for one-byte slices of large packets: %s', (_, offsets) => {
      expect(retainedAfter(offsets)).toBeLessThan(3 * window)
    })
  })
})
