import fc from 'fast-check'
import { FrameType, MAX_UINT64, type Frame, type KnownFrame, type StreamPacket } from '../src/index.js'

/** Runs of a property: this many, or as many as the configuration asks for. */
export function atLeast(runs: number): { numRuns: number } {
  return { numRuns: Math.max(runs, fc.readConfigureGlobal().numRuns ?? 0) }
}

/** Plain objects, as a codec makes them. */
export function record<R extends object>(fields: { [Key in keyof R]: fc.Arbitrary<R[Key]> }): fc.Arbitrary<R> {
  return fc.record(fields, { noNullPrototype: true }) as fc.Arbitrary<R>
}

/** Every number of bytes a VarUInt may take, and the values where that number changes. */
function edges(maximum: bigint): bigint[] {
  const powers = Array.from({ length: 9 }, (_, bytes) => 2n ** BigInt(8 * bytes))
  return [0n, maximum, ...powers.flatMap((power) => [power - 1n, power, power + 1n])].filter((n) => n <= maximum)
}

export const amount = fc.oneof(fc.bigInt(0n, MAX_UINT64), fc.constantFrom(...edges(MAX_UINT64)))
export const position = fc.oneof(
  fc.maxSafeNat(),
  fc.nat(1000),
  fc.constantFrom(...edges(BigInt(Number.MAX_SAFE_INTEGER)).map(Number)),
)
export const uint8 = fc.integer({ min: 0, max: 255 })
export const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 150 }),
)
export const bytes = fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ minLength: 100, maxLength: 400 }))

const arbitraries: { readonly [Type in FrameType]: fc.Arbitrary<Extract<KnownFrame, { type: Type }>> } = {
  [FrameType.ConnectionClose]: record({
    type: fc.constant(FrameType.ConnectionClose),
    errorCode: uint8,
    errorMessage: text,
  }),
  [FrameType.ConnectionNewAddress]: record({
    type: fc.constant(FrameType.ConnectionNewAddress),
    sourceAccount: text,
  }),
  [FrameType.ConnectionMaxData]: record({ type: fc.constant(FrameType.ConnectionMaxData), maxOffset: position }),
  [FrameType.ConnectionDataBlocked]: record({
    type: fc.constant(FrameType.ConnectionDataBlocked),
    maxOffset: position,
  }),
  [FrameType.ConnectionMaxStreamId]: record({
    type: fc.constant(FrameType.ConnectionMaxStreamId),
    maxStreamId: position,
  }),
  [FrameType.ConnectionStreamIdBlocked]: record({
    type: fc.constant(FrameType.ConnectionStreamIdBlocked),
    maxStreamId: position,
  }),
  [FrameType.ConnectionAssetDetails]: record({
    type: fc.constant(FrameType.ConnectionAssetDetails),
    sourceAssetCode: text,
    sourceAssetScale: uint8,
  }),
  [FrameType.StreamClose]: record({
    type: fc.constant(FrameType.StreamClose),
    streamId: position,
    errorCode: uint8,
    errorMessage: text,
  }),
  [FrameType.StreamMoney]: record({ type: fc.constant(FrameType.StreamMoney), streamId: position, shares: amount }),
  [FrameType.StreamMaxMoney]: record({
    type: fc.constant(FrameType.StreamMaxMoney),
    streamId: position,
    receiveMax: amount,
    totalReceived: amount,
  }),
  [FrameType.StreamMoneyBlocked]: record({
    type: fc.constant(FrameType.StreamMoneyBlocked),
    streamId: position,
    sendMax: amount,
    totalSent: amount,
  }),
  [FrameType.StreamData]: record({
    type: fc.constant(FrameType.StreamData),
    streamId: position,
    offset: position,
    data: bytes,
  }),
  [FrameType.StreamMaxData]: record({
    type: fc.constant(FrameType.StreamMaxData),
    streamId: position,
    maxOffset: position,
  }),
  [FrameType.StreamDataBlocked]: record({
    type: fc.constant(FrameType.StreamDataBlocked),
    streamId: position,
    maxOffset: position,
  }),
  [FrameType.StreamReceipt]: record({
    type: fc.constant(FrameType.StreamReceipt),
    streamId: position,
    receipt: bytes,
  }),
}

export const knownFrame: fc.Arbitrary<KnownFrame> = fc.oneof(...Object.values(arbitraries))
export const unknownFrame: fc.Arbitrary<Frame> = record({
  type: fc.constant('unknown' as const),
  typeId: uint8.filter((typeId) => !Object.values<number>(FrameType).includes(typeId)),
  contents: bytes,
})

export function packetOf(frame: fc.Arbitrary<Frame>): fc.Arbitrary<StreamPacket> {
  return record({
    ilpPacketType: fc.constantFrom(12, 13, 14),
    sequence: position,
    prepareAmount: amount,
    frames: fc.array(frame, { maxLength: 6 }),
  })
}

/** A change that a broken or a hostile sender might make. */
export interface Mutation {
  readonly kind: 'set' | 'insert' | 'delete' | 'truncate' | 'swap'
  /** 0 to 1: where. */
  readonly at: number
  readonly byte: number
}

export const mutations = fc.array(
  record<Mutation>({
    kind: fc.constantFrom('set', 'set', 'insert', 'delete', 'truncate', 'swap'),
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    byte: fc.oneof(uint8, fc.constantFrom(0, 1, 0x7f, 0x80, 0x81, 0x82, 0x85, 0xff)),
  }),
  { minLength: 1, maxLength: 3 },
)

export function mutate(original: Uint8Array, changes: readonly Mutation[]): Uint8Array {
  const changed = [...original]
  for (const { kind, at, byte } of changes) {
    const index = Math.floor(at * changed.length)
    if (kind === 'set') changed[index] = byte
    else if (kind === 'insert') changed.splice(index, 0, byte)
    else if (kind === 'delete') changed.splice(index, 1)
    else if (kind === 'truncate') changed.length = index
    else changed.splice(index, 2, ...changed.slice(index, index + 2).reverse())
  }
  return Uint8Array.from(changed)
}
