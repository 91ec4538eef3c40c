import fc from 'fast-check'
import { assert, describe, expect, it } from 'vitest'
import { ByteQueue } from './byte-queue.js'

const counting = (length: number, from = 0) => Uint8Array.from({ length }, (_, i) => from + i)

describe('ByteQueue', () => {
  it('gives back what was appended, cut anew, as a plain list of bytes would', () => {
    const operations = fc.array(
      fc.oneof(
        fc.record({ kind: fc.constantFrom('append', 'copy'), size: fc.oneof(fc.nat(30), fc.nat(6000)) }),
        fc.record({ kind: fc.constant('take'), size: fc.oneof(fc.nat(30), fc.nat(6000)) }),
      ),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(operations, (script) => {
        const queue = new ByteQueue()
        const model: number[] = []
        let written = 0
        for (const { kind, size } of script) {
          if (kind === 'take') {
            const expected = Uint8Array.from(model.splice(0, size))
            assert.equal(Buffer.compare(queue.take(size) ?? new Uint8Array(0), expected), 0)
          } else {
            const data = counting(size, written)
            written += size
            model.push(...data)
            if (kind === 'append') queue.append(data)
            else queue.appendCopy(data)
          }
          assert.equal(queue.length, model.length)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('gives nothing when empty or asked for nothing', () => {
    const queue = new ByteQueue()
    expect(queue.take(10)).toBeUndefined()
    queue.append(counting(5))
    expect([queue.take(0), queue.take(-1), queue.take(NaN)]).toEqual([undefined, undefined, undefined])
  })

  it('keeps a large piece as it came and hands it on without copying', () => {
    const queue = new ByteQueue()
    const data = counting(32_000)
    queue.append(data)
    expect(queue.take(32_000)!.buffer).toBe(data.buffer)
  })

  it('does not keep a large buffer alive for a small piece of it', () => {
    const queue = new ByteQueue()
    const data = counting(32_000)
    queue.append(data.subarray(10, 1000))
    expect(queue.take(990)!.buffer.byteLength).toBeLessThan(4097)
    queue.append(data)
    expect(queue.take(100)!.buffer.byteLength).toBe(100)
  })

  it('does not see later changes of what it copied, also when that is a Node Buffer', () => {
    const queue = new ByteQueue()
    for (const size of [10, 600, 5000]) {
      const data = Buffer.alloc(size, 7)
      queue.appendCopy(data)
      data.fill(0)
    }
    const taken = queue.take(5610)!
    expect(taken.every((byte) => byte === 7)).toBe(true)
  })

  it('does not write into bytes it has handed out', () => {
    const queue = new ByteQueue()
    queue.appendCopy(counting(2000))
    const first = queue.take(1500)!
    const before = [...first]
    queue.appendCopy(counting(3000, 99))
    queue.take(2000)
    expect([...first]).toEqual(before)
  })

  it('copies small pieces into blocks and small parts of large buffers out of them', () => {
    for (const [bufferSize, pieceSize] of [
      [1, 1],
      [511, 511],
      [32_000, 990],
      [32_000, 7999],
    ] as const) {
      const queue = new ByteQueue()
      const data = new Uint8Array(bufferSize)
      queue.append(data.subarray(0, pieceSize))
      data.fill(1)
      expect([pieceSize, queue.take(pieceSize)!.includes(1)]).toEqual([pieceSize, false])
    }
  })

  it('gathers small pieces up to 8192 bytes, and hands on a large one as it lies behind or in front of them', () => {
    const queue = new ByteQueue()
    const sizes = [100, 20_000, 9000, 600, 700, 20_000]
    const large = sizes.map((size) => counting(size))
    for (const piece of large) queue.append(piece)
    const taken = []
    for (let bytes = queue.take(32_700); bytes !== undefined; bytes = queue.take(32_700)) taken.push(bytes)
    expect(taken.map(({ length }) => length)).toEqual([100, 20_000, 9000, 1300, 20_000])
    expect(taken[1]!.buffer).toBe(large[1]!.buffer)
    expect(taken[4]!.buffer).toBe(large[5]!.buffer)
  })

  it('is empty after clear', () => {
    const queue = new ByteQueue()
    queue.append(counting(100))
    queue.clear()
    expect([queue.length, queue.take(1)]).toEqual([0, undefined])
    queue.append(counting(3))
    expect([...queue.take(9)!]).toEqual([0, 1, 2])
  })
})
