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

  it('end after sixteen: a later packet never begins anything', () => {
    expect(envelopes.isOfAnotherClient(16, envelope(99), true)).toBe(false)
    expect(envelopes.isOfAnotherClient(500, envelope(99), true)).toBe(false)
  })
})
