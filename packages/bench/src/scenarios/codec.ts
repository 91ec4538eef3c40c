import {
  decodePacket,
  encodePacket,
  encodePacketInto,
  ErrorCode,
  FrameType,
  MAX_PLAINTEXT_BYTES,
  type Frame,
  type StreamPacket,
} from '@stream/frames'
import { decodeIlpPrepare, encodeIlpPrepare } from '@stream/frames/ilp'
import { deserializeIlpPrepare, serializeIlpPrepare } from 'ilp-packet'
import { measure } from 'mitata'
import { verify, type Metrics } from '../measure.js'
import type { MetricInfo, Scenario } from './scenario.js'

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

/** Per measurement. */
const MEASURED_NANOSECONDS = 3e8

const PUBLISHED = '2.7.2-alpha.3'
const ENCODE: MetricInfo = { name: 'encode', unit: 'ns/encode', better: 'less' }
/** As connections do it. Who cannot is measured as he can. */
const ENCODE_INTO: MetricInfo = { name: 'into', unit: "ns/encode into a caller's buffer", better: 'less' }
const DECODE: MetricInfo = { name: 'decode', unit: 'ns/decode', better: 'less' }

function streamCodec(shape: keyof typeof shapes): Scenario {
  const packet: StreamPacket = { ilpPacketType: 12, sequence: 70_000, prepareAmount: 990n, frames: shapes[shape] }
  const bytes = Buffer.from(encodePacket(packet))
  return {
    name: `codec-${shape}`,
    title: `Codec: STREAM packet ${shape}, ${bytes.length} bytes, ${packet.frames.length} frames`,
    contenders: ['ours', PUBLISHED],
    metrics: [ENCODE, ENCODE_INTO, DECODE],
    rounds: shape === 'money' ? { full: 3, quick: 1 } : { full: 1, quick: 0 },
    async run(contender) {
      if (contender === 'ours') {
        const buffer = new Uint8Array(MAX_PLAINTEXT_BYTES)
        verify('end of the packet in the buffer', encodePacketInto(packet, buffer), bytes.length)
        verify('bytes in the buffer', hex(buffer.subarray(0, bytes.length)), hex(bytes))
        const encode = (): Uint8Array => encodePacket(packet)
        const metrics = await timed(encode, () => decodePacket(bytes), bytes)
        return { ...metrics, into: await nanoseconds(() => encodePacketInto(packet, buffer)) }
      }
      const { Packet } = await import('predecessor/dist/src/packet.js')
      // oxlint-disable no-underscore-dangle -- the predecessor's own names
      const other = Packet._deserializeUnencrypted(bytes)
      const encode = (): Uint8Array => other._serialize()
      const metrics = await timed(encode, () => Packet._deserializeUnencrypted(bytes), bytes)
      return { ...metrics, into: metrics['encode']! }
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
  metrics: [ENCODE, DECODE],
  rounds: { full: 1, quick: 0 },
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
  verify('bytes', hex(encode()), hex(expected))
  return { encode: await nanoseconds(encode), decode: await nanoseconds(decode) }
}

/** What a call costs at the median. Its result is kept, so that no compiler can leave the call out. */
async function nanoseconds(work: () => object | number): Promise<number> {
  const results: unknown[] = []
  const { p50 } = await measure(() => void (results[0] = work()), { min_cpu_time: MEASURED_NANOSECONDS })
  return p50
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

export const codecs: readonly Scenario[] = [
  streamCodec('money'),
  streamCodec('reply'),
  streamCodec('data'),
  streamCodec('control'),
  prepareCodec,
]
