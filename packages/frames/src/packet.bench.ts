// oxlint-disable no-underscore-dangle -- the predecessor's own names
import * as predecessor from 'predecessor/dist/src/packet.js'
import { bench, describe } from 'vitest'
import { FrameType } from './frame-type.js'
import type { StreamPacket } from './frame.js'
import { decodePacket, encodePacket, encodePacketInto } from './packet.js'

const buffer = new Uint8Array(32_768)

const money: StreamPacket = {
  ilpPacketType: 12,
  sequence: 70_000,
  prepareAmount: 990n,
  frames: [
    { type: FrameType.StreamMaxMoney, streamId: 1, receiveMax: 2n ** 64n - 1n, totalReceived: 5_000_000n },
    { type: FrameType.StreamMaxData, streamId: 1, maxOffset: 16_384 },
    { type: FrameType.StreamMoney, streamId: 1, shares: 1_000n },
  ],
}
const moneyBefore = new predecessor.Packet(70_000, predecessor.IlpPacketType.Prepare, 990, [
  new predecessor.StreamMaxMoneyFrame(1, '18446744073709551615', 5_000_000),
  new predecessor.StreamMaxDataFrame(1, 16_384),
  new predecessor.StreamMoneyFrame(1, 1_000),
])
const data: StreamPacket = {
  ilpPacketType: 12,
  sequence: 70_000,
  prepareAmount: 0n,
  frames: [{ type: FrameType.StreamData, streamId: 1, offset: 1_000_000, data: new Uint8Array(16_384).fill(1) }],
}
const dataBefore = new predecessor.Packet(70_000, predecessor.IlpPacketType.Prepare, 0, [
  new predecessor.StreamDataFrame(1, 1_000_000, Buffer.alloc(16_384, 1)),
])

for (const [name, packet, before] of [
  ['money', money, moneyBefore],
  ['16 KiB of data', data, dataBefore],
] as const) {
  const bytes = encodePacket(packet)
  const bytesBefore = Buffer.from(bytes)
  describe(`encode ${name}`, () => {
    bench('into a buffer', () => void encodePacketInto(packet, buffer))
    bench('to new bytes', () => void encodePacket(packet))
    bench('ilp-protocol-stream 2.7', () => void before._serialize())
  })
  describe(`decode ${name}`, () => {
    bench('decodePacket', () => void decodePacket(bytes))
    bench('ilp-protocol-stream 2.7', () => void predecessor.Packet._deserializeUnencrypted(bytesBefore))
  })
}
