import { expect, test } from 'vitest'
import { FrameType } from './frame-type.js'
import type { StreamPacket } from './frame.js'
import { decodePacket, encodePacket } from './packet.js'

const everyFrame: StreamPacket = {
  ilpPacketType: 12,
  sequence: 7,
  prepareAmount: 0n,
  frames: [
    { type: FrameType.ConnectionClose, errorCode: 1, errorMessage: 'bye' },
    { type: FrameType.ConnectionNewAddress, sourceAccount: 'test.localnet.alice' },
    { type: FrameType.ConnectionMaxData, maxOffset: 65_534 },
    { type: FrameType.ConnectionDataBlocked, maxOffset: 300 },
    { type: FrameType.ConnectionMaxStreamId, maxStreamId: 20 },
    { type: FrameType.ConnectionStreamIdBlocked, maxStreamId: 21 },
    { type: FrameType.ConnectionAssetDetails, sourceAssetCode: 'XRP', sourceAssetScale: 9 },
    { type: FrameType.StreamClose, streamId: 1, errorCode: 9, errorMessage: 'é€😀' },
    { type: FrameType.StreamMoney, streamId: 1, shares: 1_000n },
    { type: FrameType.StreamMaxMoney, streamId: 1, receiveMax: 2n ** 64n - 1n, totalReceived: 5n },
    { type: FrameType.StreamMoneyBlocked, streamId: 1, sendMax: 2n ** 32n, totalSent: 4n },
    { type: FrameType.StreamData, streamId: 1, offset: 2 ** 53 - 1, data: new Uint8Array(300).fill(7) },
    { type: FrameType.StreamMaxData, streamId: 1, maxOffset: 2 ** 32 },
    { type: FrameType.StreamDataBlocked, streamId: 1, maxOffset: 2 ** 40 },
    { type: FrameType.StreamReceipt, streamId: 1, receipt: new Uint8Array(58).fill(3) },
    { type: 'unknown', typeId: 0x3f, contents: new Uint8Array([1, 2]) },
  ],
}

test('a packet with every frame comes back as it was', () => {
  expect(decodePacket(encodePacket(everyFrame))).toEqual(everyFrame)
})
