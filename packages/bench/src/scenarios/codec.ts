import { encodePacket, decodePacket, ErrorCode, FrameType, type Frame, type StreamPacket } from '@stream/frames'
import { decodeIlpPrepare, encodeIlpPrepare } from '@stream/frames/ilp'
import { deserializeIlpPrepare, serializeIlpPrepare } from 'ilp-packet'
import { measure } from 'mitata'
import { verify, type Metrics } from '../measure.js'
import type { Scenario } from './scenario.js'

const T = FrameType
const streamId = 1

const shapes = {
  money: [
    { type: T.StreamMaxMoney, streamId, receiveMax: 2n ** 64n - 1n, totalReceived: 5_000_000n },
    { type: T.StreamMaxData, streamId, maxOffset: 65_536 },
    { type: T.StreamMoney, streamId, shares: 1000n },
  ],
  reply: [
    { type: T.ConnectionMaxData, maxOffset: 1_048_576 },
    { type: T.StreamMaxMoney, streamId, receiveMax: 10_000_000n, totalReceived: 5_000_000n },
    { type: T.StreamMaxData, streamId, maxOffset: 65_536 },
  ],
  data: [{ type: T.StreamData, streamId, offset: 1_000_000, data: new Uint8Array(16_384).fill(1) }],
  control: [
    { type: T.ConnectionNewAddress, sourceAccount: 'test.connector.client.stream' },
    { type: T.ConnectionAssetDetails, sourceAssetCode: 'ABC', sourceAssetScale: 9 },
    { type: T.ConnectionMaxData, maxOffset: 1_048_576 },
    { type: T.ConnectionDataBlocked, maxOffset: 1_048_576 },
    { type: T.ConnectionMaxStreamId, maxStreamId: 20 },
    { type: T.ConnectionStreamIdBlocked, maxStreamId: 20 },
    { type: T.ConnectionClose, errorCode: ErrorCode.NoError, errorMessage: 'done' },
    { type: T.StreamClose, streamId, errorCode: ErrorCode.NoError, errorMessage: 'done' },
    { type: T.StreamMoney, streamId, shares: 1000n },
    { type: T.StreamMaxMoney, streamId, receiveMax: 10_000_000n, totalReceived: 5_000_000n },
    { type: T.StreamMoneyBlocked, streamId, sendMax: 10_000_000n, totalSent: 5_000_000n },
    { type: T.StreamData, streamId, offset: 1_000_000, data: new Uint8Array(16).fill(1) },
    { type: T.StreamMaxData, streamId, maxOffset: 65_536 },
    { type: T.StreamDataBlocked, streamId, maxOffset: 65_536 },
  ],
} satisfies Record<string, Frame[]>

const PUBLISHED = '2.7.2-alpha.3'
const metrics = [
  { name: 'encode', unit: 'ns/encode', better: 'less' },
  { name: 'decode', unit: 'ns/decode', better: 'less' },
] as const

function streamCodec(shape: keyof typeof shapes): Scenario {
  const packet: StreamPacket = { ilpPacketType: 12, sequence: 70_000, prepareAmount: 990n, frames: shapes[shape] }
  const bytes = Buffer.from(encodePacket(packet))
  return {
    name: `codec-${shape}`,
    title: `Codec: STREAM packet ${shape}, ${bytes.length} bytes, ${packet.frames.length} frames`,
    contenders: ['ours', PUBLISHED],
    metrics,
    quick: shape === 'money',
    maxRounds: 2,
    async run(contender) {
      if (contender === 'ours') {
        return timed(
          () => encodePacket(packet),
          () => decodePacket(bytes),
          bytes,
        )
      }
      const { Packet } = await import('predecessor/dist/src/packet.js')
      // oxlint-disable no-underscore-dangle -- the predecessor's own names
      const other = Packet._deserializeUnencrypted(bytes)
      return timed(
        () => other._serialize(),
        () => Packet._deserializeUnencrypted(bytes),
        bytes,
      )
      // oxlint-enable no-underscore-dangle
    },
  }
}

const prepare = {
  amount: 1000n,
  destination: 'test.server.k3-WQnJZ0sVqXyUOmm1Fnq_1',
  executionCondition: new Uint8Array(32).fill(7),
  expiresAt: Date.UTC(2030, 1, 2, 3, 4, 5, 678),
  data: new Uint8Array(72).fill(9),
}

const prepareCodec: Scenario = {
  name: 'codec-prepare',
  title: 'Codec: ILP Prepare with 72 bytes of data, against `ilp-packet`',
  contenders: ['ours', 'ilp-packet'],
  metrics,
  quick: false,
  maxRounds: 2,
  run(contender) {
    const bytes = Buffer.from(encodeIlpPrepare(prepare))
    if (contender === 'ours') {
      return timed(
        () => encodeIlpPrepare(prepare),
        () => decodeIlpPrepare(bytes),
        bytes,
      )
    }
    const other = deserializeIlpPrepare(bytes)
    return timed(
      () => serializeIlpPrepare(other),
      () => deserializeIlpPrepare(bytes),
      bytes,
    )
  },
}

async function timed(encode: () => Uint8Array, decode: () => object, expected: Uint8Array): Promise<Metrics> {
  verify('bytes', Buffer.from(encode()).toString('hex'), Buffer.from(expected).toString('hex'))
  const results: unknown[] = []
  const keep = (value: object): void => void (results[0] = value)
  const encoding = await measure(() => keep(encode()))
  const decoding = await measure(() => keep(decode()))
  return { encode: encoding.p50, decode: decoding.p50 }
}

export const codecs: readonly Scenario[] = [
  streamCodec('money'),
  streamCodec('reply'),
  streamCodec('data'),
  streamCodec('control'),
  prepareCodec,
]
