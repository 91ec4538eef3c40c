import fc from 'fast-check'
import { assert, describe, expect, it } from 'vitest'
import { FULL } from './full-packet.js'
import { SendQueue, type Cut } from './send-queue.js'

/** Two full packets. */
const BLOCK = 2 * FULL

const counting = (length: number, from = 0) => Uint8Array.from({ length }, (_, i) => from + i)

describe('the send queue', () => {
  it('gives all bytes back in order, and a cut keeps its bytes until it is released', () => {
    const size = fc.oneof(fc.nat(30), fc.nat(6000), fc.nat(150_000))
    const operation = fc.record({ kind: fc.constantFrom('append', 'take', 'take', 'release'), size })
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), fc.nat(), (script, seed) => {
        const queues = [new SendQueue(), new SendQueue()]
        const written = [0, 0]
        const taken = [0, 0]
        const held: { cut: Cut; at: number; of: number }[] = []
        for (const [step, { kind, size: bytes }] of script.entries()) {
          const of = (seed + step) & 1
          const queue = queues[of]!
          if (kind === 'append') {
            queue.append(counting(bytes, written[of]))
            written[of]! += bytes
          } else if (kind === 'take') {
            const cut = queue.take(bytes)
            assert.equal(cut !== undefined, Math.min(bytes, written[of]! - taken[of]!) > 0)
            if (cut !== undefined) {
              assert.isAtMost(cut.data.length, bytes)
              held.push({ cut, at: taken[of]!, of })
              taken[of]! += cut.data.length
            }
          } else {
            const [freed] = held.splice(bytes % Math.max(held.length, 1), 1)
            if (freed !== undefined) queues[freed.of]!.release(freed.cut)
          }
          assert.equal(queue.length, written[of]! - taken[of]!)
          for (const { cut, at } of held) assert.equal(Buffer.compare(cut.data, counting(cut.data.length, at)), 0)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('copies, so that the caller may reuse its memory', () => {
    const queue = new SendQueue()
    const own = counting(20_000)
    queue.append(own)
    own.fill(0)
    expect(queue.take(20_000)!.data).toEqual(counting(20_000))
  })

  it('uses memory again whose bytes are all acknowledged, and not before', () => {
    const buffersOf = (cuts: Cut[]) => cuts.map(({ data }) => data.buffer)
    const queue = new SendQueue()
    queue.append(counting(BLOCK))
    const cuts = [queue.take(30_000)!, queue.take(40_000)!]
    queue.release(cuts[0]!)
    queue.append(counting(BLOCK))
    const next = [queue.take(BLOCK)!]
    expect(buffersOf(cuts)).not.toContain(next[0]!.data.buffer)
    queue.release(cuts[1]!)
    queue.append(counting(BLOCK))
    expect(queue.take(BLOCK)!.data.buffer).toBe(cuts[0]!.data.buffer)
  })

  it('is cut into full packets without rests when it is written in one go', () => {
    const queue = new SendQueue()
    queue.append(counting(5 * BLOCK))
    const sizes = []
    for (let cut = queue.take(FULL); cut !== undefined; cut = queue.take(FULL)) sizes.push(cut.data.length)
    expect(sizes).toEqual(Array(10).fill(FULL))
  })

  it('gathers small writes in small blocks, and longer rows of them in larger ones', () => {
    const queue = new SendQueue()
    for (let i = 0; i < 60_000; i++) queue.append(counting(1, i))
    const sizes = []
    for (let cut = queue.take(1e6); cut !== undefined; cut = queue.take(1e6)) sizes.push(cut.data.length)
    expect(sizes).toEqual([4096, 8192, 47_712])
  })

  it('gives nothing when asked for nothing, empty or cleared', () => {
    const queue = new SendQueue()
    expect(queue.take(10)).toBeUndefined()
    queue.append(counting(100))
    expect([queue.take(0), queue.take(-1), queue.take(NaN)]).toEqual([undefined, undefined, undefined])
    const cut = queue.take(10)!
    queue.clear()
    expect([queue.length, queue.take(10)]).toEqual([0, undefined])
    queue.append(counting(3))
    expect([...queue.take(9)!.data]).toEqual([0, 1, 2])
    expect([...cut.data]).toEqual([...counting(10)])
    queue.release(cut)
  })
})
