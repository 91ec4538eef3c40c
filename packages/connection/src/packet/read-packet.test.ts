import { describe, expect, it } from 'vitest'
import { encodePacket, IlpPacketType } from '@stream/frames'
import { readPacket } from './read-packet.js'

const packet = { ilpPacketType: IlpPacketType.Prepare, sequence: 7, prepareAmount: 3n, frames: [] } as const

describe('what an envelope held', () => {
  it('is read when it is a STREAM packet', () => {
    expect(readPacket(encodePacket(packet))).toEqual(packet)
  })

  it.each([
    ['nothing', []],
    ['another version', [9, 12]],
    ['a packet that is cut off', [...encodePacket(packet).subarray(0, 5)]],
  ])('is the fault of the peer as %s, and no exception', (_, bytes) => {
    expect(readPacket(Uint8Array.from(bytes))).toBeUndefined()
  })

  it('is not the fault of the peer when the caller hands over something else', () => {
    expect(() => readPacket(undefined as never)).toThrow(TypeError)
  })
})
