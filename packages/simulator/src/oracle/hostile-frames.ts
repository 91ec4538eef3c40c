import { ErrorCode, FrameType, type Frame } from '@stream/frames'
import type { Random } from '../random.js'

const MAX_UINT64 = (1n << 64n) - 1n
const MAX_POSITION = Number.MAX_SAFE_INTEGER

interface Context {
  readonly random: Random
  /** Probability that the frame breaks the protocol. */
  readonly nastiness: number
  readonly localAddress: string
  /** Streams that exist or that it may open. */
  readonly streamIds: readonly number[]
  /** The first stream that only the other end may open (RFC 0029, 4.4.1). */
  readonly firstOfPeer: 1 | 2
}

type Labelled = { readonly label: string; readonly frame: Frame }

/** A frame as a peer without manners would write it. Most are allowed, as odd as they are. */
export function hostileFrame(context: Context): Labelled {
  return context.random.chance(context.nastiness) ? forbiddenFrame(context) : oddFrame(context)
}

const streamIdOf = ({ random, streamIds }: Context): number => streamIds[random.integer(streamIds.length)] ?? 1

function oddFrame(context: Context): Labelled {
  const { random, localAddress } = context
  const streamId = streamIdOf(context)
  const amount = anyAmount(random)
  const offset = random.chance(0.8) ? random.integer(2_000) : random.integer(15_000)
  const position = anyPosition(random)
  const roll = random.integer(100)
  if (roll < 30) {
    const data = random.chance(0.2) ? new Uint8Array(0) : random.bytes(1 + random.integer(300))
    const label = data.length === 0 ? 'empty data' : 'overlapping data'
    return { label, frame: { type: FrameType.StreamData, streamId, offset, data } }
  }
  if (roll < 50) return { label: 'money', frame: { type: FrameType.StreamMoney, streamId, shares: amount } }
  if (roll < 60) {
    const frame = { type: FrameType.StreamMaxMoney, streamId, receiveMax: amount, totalReceived: anyAmount(random) }
    return { label: 'lying totals', frame: { ...frame } }
  }
  if (roll < 65) {
    const totals = { sendMax: amount, totalSent: anyAmount(random) }
    return { label: 'money blocked', frame: { type: FrameType.StreamMoneyBlocked, streamId, ...totals } }
  }
  if (roll < 72)
    return { label: 'random limit', frame: { type: FrameType.StreamMaxData, streamId, maxOffset: position } }
  if (roll < 77) return { label: 'random limit', frame: { type: FrameType.ConnectionMaxData, maxOffset: position } }
  if (roll < 81) {
    return { label: 'lowered limit', frame: { type: FrameType.ConnectionMaxStreamId, maxStreamId: random.integer(30) } }
  }
  if (roll < 85)
    return { label: 'blocked', frame: { type: FrameType.StreamDataBlocked, streamId, maxOffset: position } }
  if (roll < 88) return { label: 'blocked', frame: { type: FrameType.ConnectionDataBlocked, maxOffset: position } }
  if (roll < 91)
    return { label: 'blocked', frame: { type: FrameType.ConnectionStreamIdBlocked, maxStreamId: position } }
  if (roll < 94) {
    const close = {
      errorCode: random.chance(0.5) ? ErrorCode.NoError : anyErrorCode(random),
      errorMessage: 'x'.repeat(random.integer(50)),
    }
    return { label: 'stream close', frame: { type: FrameType.StreamClose, streamId, ...close } }
  }
  if (roll < 96) {
    const sourceAccount = random.chance(0.5) ? localAddress : 'test.nobody.at.all'
    return { label: 'address flaps', frame: { type: FrameType.ConnectionNewAddress, sourceAccount } }
  }
  if (roll < 98)
    return {
      label: 'receipt',
      frame: { type: FrameType.StreamReceipt, streamId, receipt: random.bytes(random.integer(70)) },
    }
  return {
    label: 'unknown frame',
    frame: { type: 'unknown', typeId: 0x20 + random.integer(90), contents: random.bytes(random.integer(60)) },
  }
}

function forbiddenFrame(context: Context): Labelled {
  const { random } = context
  const data = random.bytes(random.integer(50))
  switch (random.integer(8)) {
    case 0:
      return { label: 'stream 0', frame: { type: FrameType.StreamData, streamId: 0, offset: 0, data } }
    case 1:
      return { label: 'huge stream id', frame: { type: FrameType.StreamMoney, streamId: MAX_POSITION, shares: 1n } }
    case 2: {
      const offset = 1_000_000_000 + random.integer(1_000_000)
      return {
        label: 'data beyond the limit',
        frame: { type: FrameType.StreamData, streamId: streamIdOf(context), offset, data },
      }
    }
    case 3: {
      const sourceAssetCode = `A${random.integer(1000)}`
      return {
        label: 'asset changes',
        frame: { type: FrameType.ConnectionAssetDetails, sourceAssetCode, sourceAssetScale: random.integer(256) },
      }
    }
    case 4:
      return { label: 'shares 0', frame: { type: FrameType.StreamMoney, streamId: streamIdOf(context), shares: 0n } }
    case 5:
      return { label: 'no address', frame: { type: FrameType.ConnectionNewAddress, sourceAccount: 'not an address!' } }
    case 6: {
      const streamId = 2 * random.integer(20) + context.firstOfPeer
      return { label: 'stream of the other end', frame: { type: FrameType.StreamData, streamId, offset: 0, data } }
    }
    default:
      return {
        label: 'connection close',
        frame: { type: FrameType.ConnectionClose, errorCode: anyErrorCode(random), errorMessage: 'bye' },
      }
  }
}

function anyAmount(random: Random): bigint {
  const amounts = [0n, 1n, BigInt(random.integer(10_000)), BigInt(random.integer(2 ** 31)), MAX_UINT64]
  return amounts[random.integer(amounts.length)] ?? 0n
}

function anyPosition(random: Random): number {
  const positions = [0, 1, random.integer(20_000), random.integer(2 ** 31), MAX_POSITION]
  return positions[random.integer(positions.length)] ?? 0
}

function anyErrorCode(random: Random): ErrorCode {
  const codes = Object.values(ErrorCode)
  return codes[random.integer(codes.length)] ?? ErrorCode.InternalError
}
