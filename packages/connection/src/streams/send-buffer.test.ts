import fc from 'fast-check'
import { assert, describe, expect, it } from 'vitest'
import { SendBuffer } from './send-buffer.js'
import type { Segment } from './send-buffer.js'

const counting = (length: number, from = 0) => Uint8Array.from({ length }, (_, i) => from + i)

describe('SendBuffer', () => {
  it('is empty and acknowledged before anything is written', () => {
    const buffer = new SendBuffer()
    expect([buffer.writtenOffset, buffer.sentOffset, buffer.unsentBytes]).toEqual([0, 0, 0])
    expect([buffer.isAcked, buffer.hasLost]).toEqual([true, false])
    expect([buffer.next(100), buffer.nextLost(100)]).toEqual([undefined, undefined])
  })

  // RFC 0029 5.3.11-1
  it('gathers small writes and cuts large ones to what fits', () => {
    const buffer = new SendBuffer()
    buffer.write(counting(3))
    buffer.write(counting(4, 3))
    expect(buffer.next(5)).toMatchObject({ offset: 0, data: counting(5) })
    expect(buffer.next(5)).toMatchObject({ offset: 5, data: counting(2, 5) })
    expect(buffer.next(5)).toBeUndefined()
    expect([buffer.sentOffset, buffer.writtenOffset, buffer.unsentBytes]).toEqual([7, 7, 0])
  })

  it('copies what is written: the caller may reuse its buffer', () => {
    const buffer = new SendBuffer()
    const own = Buffer.from([1, 2, 3])
    const large = Buffer.alloc(5000, 9)
    buffer.write(own)
    buffer.write(large)
    own.fill(0)
    large.fill(0)
    const { data } = buffer.next(5003)!
    expect([...data.subarray(0, 4)]).toEqual([1, 2, 3, 9])
    expect(data.at(-1)).toBe(9)
  })

  it('is acknowledged only when every segment is', () => {
    const buffer = new SendBuffer()
    buffer.write(counting(10))
    const first = buffer.next(5)!
    const second = buffer.next(5)!
    buffer.onAcked(second)
    expect(buffer.isAcked).toBe(false)
    buffer.onAcked(first)
    expect(buffer.isAcked).toBe(true)
    buffer.write(counting(1))
    expect(buffer.isAcked).toBe(false)
  })

  // RFC 0029 5.3.11-3
  it('sends a lost segment again exactly as it was (RFC 0029, 5.3.11)', () => {
    const buffer = new SendBuffer()
    buffer.write(counting(100))
    const segment = buffer.next(60)!
    buffer.write(counting(100))
    buffer.onLost(segment)
    expect([buffer.hasLost, buffer.isAcked]).toEqual([true, false])
    expect(buffer.nextLost(59)).toBeUndefined()
    expect(buffer.hasLost).toBe(true)
    expect(buffer.nextLost(1000)).toBe(segment)
    expect([buffer.hasLost, buffer.nextLost(1000), buffer.isAcked]).toEqual([false, undefined, false])
  })

  it('gives lost segments back lowest offset first, in whatever order they were lost', () => {
    const buffer = new SendBuffer()
    buffer.write(counting(50))
    const segments = Array.from({ length: 5 }, () => buffer.next(10)!)
    for (const i of [3, 0, 4, 1, 2]) buffer.onLost(segments[i]!)
    expect(buffer.nextLost(10)).toBe(segments[0])
    buffer.onLost(segments[0]!)
    for (const segment of segments) expect(buffer.nextLost(10)).toBe(segment)
    expect(buffer.hasLost).toBe(false)
  })

  it('does not send again what is acknowledged after all', () => {
    const buffer = new SendBuffer()
    buffer.write(counting(20))
    const first = buffer.next(10)!
    const second = buffer.next(10)!
    buffer.onLost(first)
    buffer.onLost(second)
    buffer.onAcked(first)
    expect(buffer.nextLost(10)).toBe(second)
    buffer.onAcked(second)
    buffer.onLost(second)
    expect([buffer.hasLost, buffer.isAcked]).toEqual([false, true])
  })

  it('drops what was never sent, but not what is on its way', () => {
    const buffer = new SendBuffer()
    buffer.write(counting(20))
    const segment = buffer.next(5)!
    buffer.discardUnsent()
    expect([buffer.writtenOffset, buffer.unsentBytes, buffer.next(5), buffer.isAcked]).toEqual([5, 0, undefined, false])
    buffer.onLost(segment)
    expect(buffer.nextLost(5)).toBe(segment)
    buffer.onAcked(segment)
    expect(buffer.isAcked).toBe(true)
  })

  it('drops everything and hears late news without effect', () => {
    const buffer = new SendBuffer()
    buffer.write(counting(20))
    const segment = buffer.next(5)!
    const lost = buffer.next(5)!
    buffer.onLost(lost)
    buffer.discard()
    buffer.onLost(segment)
    buffer.onAcked(lost)
    expect([buffer.isAcked, buffer.hasLost, buffer.next(5), buffer.nextLost(5)]).toEqual([
      true,
      false,
      undefined,
      undefined,
    ])
  })

  // RFC 0029 5.3.11-2
  it('delivers every byte over any pattern of losses, never cutting a segment anew', () => {
    const step = fc.record({
      write: fc.oneof(fc.nat(20), fc.nat(3000)),
      budget: fc.oneof(fc.nat(40), fc.nat(5000)),
      fate: fc.constantFrom('ack', 'lose', 'wait'),
      pick: fc.nat(50),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (script) => {
        const buffer = new SendBuffer()
        const written: number[] = []
        const received = new Map<number, Uint8Array>()
        const inFlight: Segment[] = []
        const lostOffsets = new Set<number>()
        const ack = (segment: Segment) => {
          received.set(segment.offset, segment.data)
          buffer.onAcked(segment)
        }
        const send = (budget: number) => {
          const wasLost = buffer.hasLost
          expect(wasLost).toBe(lostOffsets.size > 0)
          const segment = wasLost ? buffer.nextLost(budget) : buffer.next(budget)
          if (segment === undefined) return
          expect(segment.data.length > 0 && segment.data.length <= budget).toBe(true)
          if (wasLost) {
            expect(segment.offset).toBe(Math.min(...lostOffsets))
            lostOffsets.delete(segment.offset)
          }
          expect(
            Buffer.compare(
              segment.data,
              Uint8Array.from(written.slice(segment.offset, segment.offset + segment.data.length)),
            ),
          ).toBe(0)
          inFlight.push(segment)
        }
        for (const { write, budget, fate, pick } of script) {
          const data = counting(write, written.length)
          written.push(...data)
          buffer.write(data)
          send(budget)
          if (fate === 'wait' || inFlight.length === 0) continue
          const [segment] = inFlight.splice(pick % inFlight.length, 1)
          if (fate === 'ack') ack(segment!)
          else {
            lostOffsets.add(segment!.offset)
            buffer.onLost(segment!)
          }
        }
        while (!buffer.isAcked) {
          for (const segment of inFlight.splice(0)) ack(segment)
          send(10_000)
        }
        let offset = 0
        for (const [start, data] of [...received].sort(([a], [b]) => a - b)) {
          expect(start).toBe(offset)
          offset += data.length
        }
        expect(offset).toBe(written.length)
        expect(buffer.sentOffset).toBe(written.length)
      }),
      { numRuns: 150 },
    )
  })

  it('takes thousands of segments lost in any order in its stride', () => {
    const sentAgain = (): number => {
      const buffer = new SendBuffer()
      buffer.write(new Uint8Array(5000))
      const segments = Array.from({ length: 5000 }, () => buffer.next(1)!)
      const started = performance.now()
      for (let i = segments.length - 1; i >= 0; i--) buffer.onLost(segments[i]!)
      for (const segment of segments) assert(buffer.nextLost(1) === segment, `${segment.offset} is out of order`)
      return performance.now() - started
    }
    // The least of three, for a busy machine.
    expect(Math.min(sentAgain(), sentAgain(), sentAgain())).toBeLessThan(2000)
  })
})
