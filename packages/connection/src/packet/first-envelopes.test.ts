import { describe, expect, it } from 'vitest'
import { envelopeName } from './envelope-name.js'
import { FirstEnvelopes } from './first-envelopes.js'

const envelope = (n: number) => new Uint8Array(40).fill(n, 0, 12)

describe('the envelopes a connection began with', () => {
  const envelopes = new FirstEnvelopes()
  for (const sequence of [1, 2, 15, 16, 500]) envelopes.add(sequence, envelopeName(envelope(sequence & 0xff)))

  it('are its own when they come again', () => {
    for (const sequence of [1, 2, 15]) {
      expect(envelopes.isOfAnotherClient(sequence, envelope(sequence), true)).toBe(false)
    }
  })

  it('are another client’s when only the sequence is the same', () => {
    expect(envelopes.isOfAnotherClient(1, envelope(2), false)).toBe(true)
    expect(envelopes.isOfAnotherClient(15, envelope(99), true)).toBe(true)
  })

  it('that were never seen are another client’s when it introduces itself', () => {
    expect(envelopes.isOfAnotherClient(3, envelope(3), true)).toBe(true)
    expect(envelopes.isOfAnotherClient(3, envelope(3), false)).toBe(false)
  })

  it('are those of this connection among many', () => {
    const many = Array.from({ length: 300 }, () => new FirstEnvelopes())
    for (const [i, one] of many.entries())
      for (const s of [0, 1, 15]) one.add(s, envelopeName(envelope((i + s) & 0xff)))
    const isOwn = (one: FirstEnvelopes, i: number, s: number) =>
      !one.isOfAnotherClient(s, envelope((i + s) & 0xff), true)
    expect(many.every((one, i) => [0, 1, 15].every((s) => isOwn(one, i, s)))).toBe(true)
    expect(many.every((one, i) => one.isOfAnotherClient(1, envelope((i + 2) & 0xff), false))).toBe(true)
    expect(many.some((one) => one.isOfAnotherClient(7, envelope(7), false))).toBe(false)
  })

  it('end after sixteen: a later packet never begins anything', () => {
    expect(envelopes.isOfAnotherClient(16, envelope(99), true)).toBe(false)
    expect(envelopes.isOfAnotherClient(500, envelope(99), true)).toBe(false)
  })
})
