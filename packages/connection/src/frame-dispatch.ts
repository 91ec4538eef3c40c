import type { Frame, StreamPacket } from '@stream/frames'
import { ErrorCode, FrameType } from '@stream/frames'
import { isValidIlpAddress } from '@stream/frames/ilp'
import type { Duration, Instant } from '@stream/flow'
import type { ConnectionControl } from './connection-control.js'
import type { Violation } from './errors.js'
import { violation } from './errors.js'
import { sharedAsset } from './path/asset.js'
import type { Path } from './path/path.js'
import { EarlyCloses } from './streams/early-closes.js'
import { initialStreamLimit } from './streams/receive-windows.js'
import type { Stream } from './streams/stream.js'
import type { Linger } from './streams/stream-ending.js'
import type { Streams } from './streams/streams.js'

/** The parts that frames speak to. */
export interface FrameParts {
  readonly path: Path
  readonly streams: Streams
  readonly control: ConnectionControl
  /** A stream whose close overtook its last bytes waits for them as long as a packet lives. */
  readonly config: { readonly isReachable: boolean; readonly timeouts: { readonly packet: number } }
}

type StreamFrame = Extract<Frame, { readonly streamId: number }>
type StreamDataFrame = Extract<Frame, { readonly type: typeof FrameType.StreamData }>
type ConnectionFrame = Exclude<Frame, StreamFrame>

/** For a packet that was on its way; whoever tells its close only once is kept waiting no longer. */
const LONGEST_TAIL: Duration = 2_000

const NONE: readonly never[] = []

/** What the frames of one packet brought about. */
export interface Dispatched {
  opened: readonly Stream[]
  readable: readonly Stream[]
  /** Streams that the reply has news for. */
  touched: readonly Stream[]
  peerClose: Violation | undefined
}

/** Looks at all frames of a Prepare before any takes effect; the first breach of the protocol ends the connection. */
export function findViolation({ frames }: StreamPacket, { path, streams }: FrameParts): Violation | undefined {
  let newBytes: NewBytes | undefined
  for (const frame of frames) {
    let found = frame.type === 'unknown' ? undefined : idViolation(frame, streams)
    if (found === undefined && frame.type === FrameType.StreamData) {
      newBytes ??= new NewBytes(streams)
      found = newBytes.check(frame)
    }
    if (found !== undefined) return found
    if (frame.type === FrameType.ConnectionNewAddress && !isAddressOrQuestion(frame.sourceAccount)) {
      return violation(ErrorCode.FrameFormatError, 'ConnectionNewAddress does not hold an ILP address')
    }
    if (frame.type === FrameType.ConnectionAssetDetails && contradicts(path.peerAsset, frame)) {
      return violation(ErrorCode.ProtocolViolation, 'Asset details must not change during a connection')
    }
  }
  return undefined
}

/** An empty address only asks who we are. */
function isAddressOrQuestion(address: string): boolean {
  return address === '' || isValidIlpAddress(address)
}

function contradicts(
  known: Path['peerAsset'],
  told: { readonly sourceAssetCode: string; readonly sourceAssetScale: number },
): boolean {
  return known !== undefined && (known.code !== told.sourceAssetCode || known.scale !== told.sourceAssetScale)
}

/** Frames that open a stream. RFC 0029, 4.4.1 names money and data; the predecessor opens with its limits, too. */
function opens(frame: Frame): boolean {
  switch (frame.type) {
    case FrameType.StreamMoney:
    case FrameType.StreamData:
    case FrameType.StreamMaxMoney:
    case FrameType.StreamMaxData:
      return true
    default:
      return false
  }
}

function idViolation(frame: Frame, streams: Streams): Violation | undefined {
  if (!('streamId' in frame)) return undefined
  const kind = streams.classify(frame.streamId)
  return typeof kind === 'string' ? undefined : kind
}

/** Adds up the bytes a packet would bring, stream by stream and for the connection (RFC 0029, 4.4.4 and 4.5). */
class NewBytes {
  /** Where the bytes of the stream named last end: mostly a packet names one. */
  #streamId: number | undefined
  #end = 0
  /** The same of those named before. */
  #ends: Map<number, number> | undefined
  #total = 0
  constructor(private readonly streams: Streams) {}

  check({ streamId, offset, data }: StreamDataFrame): Violation | undefined {
    if (this.streams.classify(streamId) === 'closed') return undefined
    const end = offset + data.length
    const stream = this.streams.get(streamId)
    const limit = stream?.dataIn.window.limit.value ?? initialStreamLimit(this.streams.config.limits)
    if (end > limit) {
      const text = `Max stream byte offset: ${limit}, received: ${end}`
      return violation(ErrorCode.FlowControlError, `Exceeded flow control limits. Stream ${streamId}: ${text}`)
    }
    const named = streamId === this.#streamId ? this.#end : this.#ends?.get(streamId)
    const highest = named ?? stream?.dataIn.highestOffset ?? 0
    if (end <= highest) return undefined
    this.#remember(streamId, end)
    this.#total += end - highest
    const { window } = this.streams
    const received = window.received + this.#total
    if (received <= window.limit.value) return undefined
    const text = `Max connection byte offset: ${window.limit.value}, received: ${received}`
    return violation(ErrorCode.FlowControlError, `Exceeded flow control limits. ${text}`)
  }

  #remember(streamId: number, end: number): void {
    const before = this.#streamId
    if (before !== undefined && before !== streamId) {
      this.#ends ??= new Map()
      this.#ends.set(before, this.#end)
    }
    this.#streamId = streamId
    this.#end = end
  }
}

/** Applies the frames of a Prepare, or of a reply, whose frames open nothing. */
export function dispatch(now: Instant, packet: StreamPacket, parts: FrameParts, kind: 'prepare' | 'reply'): Dispatched {
  const result: Dispatched = { opened: NONE, readable: NONE, touched: NONE, peerClose: undefined }
  for (const frame of packet.frames) {
    if ('streamId' in frame) {
      const stream = streamFor(frame, parts.streams, kind, result)
      if (stream !== undefined) applyToStream(now, frame, stream, parts, result, kind)
      else if (frame.type === FrameType.StreamData) {
        parts.streams.receiveLate(frame.streamId, frame.offset + frame.data.length, now, parts.path.smoothedRtt)
      } else if (frame.type === FrameType.StreamClose && parts.streams.classify(frame.streamId) === 'new') {
        const earlyCloses = (parts.streams.earlyCloses ??= new EarlyCloses())
        earlyCloses.keep(frame.streamId, violation(frame.errorCode, frame.errorMessage))
      }
    } else applyToConnection(now, frame, parts, result)
  }
  for (const stream of result.opened) {
    const end = parts.streams.earlyCloses?.take(stream.id)
    // What it overtook has come now: it waits for gaps only, as a close in a Prepare does.
    if (end !== undefined) parts.streams.onPeerClose(stream, end, lingerAfter(now, parts, 'prepare'))
  }
  // Something moved at the peer: perhaps it has room again.
  if (kind === 'prepare') parts.streams.askForCredit()
  return result
}

function streamFor(frame: Frame & { streamId: number }, streams: Streams, kind: string, result: Dispatched) {
  const known = streams.get(frame.streamId)
  if (known?.state === 'closed') return undefined // what has arrived can still be read, but nothing is added
  if (known !== undefined || kind === 'reply' || !opens(frame)) return known
  if (streams.classify(frame.streamId) !== 'new') return undefined
  const stream = streams.accept(frame.streamId)
  result.opened = withOne(result.opened, stream)
  return stream
}

function applyToConnection(now: Instant, frame: ConnectionFrame, parts: FrameParts, result: Dispatched): void {
  const { path, streams, control } = parts
  switch (frame.type) {
    case FrameType.ConnectionClose:
      result.peerClose ??= violation(frame.errorCode, frame.errorMessage)
      break
    case FrameType.ConnectionNewAddress:
      control.introduce()
      // What the old path could not carry may go on the new one.
      if (isValidIlpAddress(frame.sourceAccount) && path.changePeerAddress(now, frame.sourceAccount)) {
        streams.wakeStalled()
      }
      break
    case FrameType.ConnectionAssetDetails:
      path.peerAsset ??= sharedAsset(frame.sourceAssetCode, frame.sourceAssetScale)
      break
    case FrameType.ConnectionMaxData:
      streams.onPeerMaxData(frame.maxOffset)
      break
    case FrameType.ConnectionMaxStreamId:
      streams.ids.onPeerMaximum(frame.maxStreamId)
      break
    case FrameType.ConnectionDataBlocked:
      streams.window.limit.owe()
      break
    case FrameType.ConnectionStreamIdBlocked:
      streams.ids.maximum.owe()
      break
    case 'unknown': // of a later version (RFC 0029, 5.3)
  }
}

/** Mostly there is one: a list made with it has no room to spare. */
function withOne(streams: readonly Stream[], stream: Stream): readonly Stream[] {
  if (streams.length === 0) return [stream]
  if (streams.length === 1) return streams[0] === stream ? streams : [streams[0]!, stream]
  if (!streams.includes(stream)) (streams as Stream[]).push(stream)
  return streams
}

/**
 * A close waits for the bytes that it overtook. In a reply it overtakes even those that left before it: the predecessor
 * closes once it has sent its last bytes, not when they have arrived, and then once more in a Prepare behind them. Whoever
 * gets nothing but replies has no other word of a close.
 */
function lingerAfter(now: Instant, { config }: FrameParts, kind: 'prepare' | 'reply'): Linger {
  const gapUntil = now + config.timeouts.packet
  return kind === 'reply' && config.isReachable ? { gapUntil, tailUntil: now + LONGEST_TAIL } : { gapUntil }
}

function applyToStream(
  now: Instant,
  frame: StreamFrame,
  stream: Stream,
  parts: FrameParts,
  result: Dispatched,
  kind: 'prepare' | 'reply',
): void {
  const { path, streams } = parts
  switch (frame.type) {
    case FrameType.StreamClose:
      streams.onPeerClose(stream, violation(frame.errorCode, frame.errorMessage), lingerAfter(now, parts, kind))
      break
    case FrameType.StreamMaxMoney:
      stream.moneyOut.onPeerLimit(frame.receiveMax, frame.totalReceived)
      streams.wake(stream)
      break
    case FrameType.StreamMaxData:
      if (stream.onPeerMaxData(frame.maxOffset)) streams.wake(stream)
      break
    case FrameType.StreamMoney:
    case FrameType.StreamMoneyBlocked:
      result.touched = withOne(result.touched, stream)
      break
    case FrameType.StreamDataBlocked:
      stream.dataIn.window.limit.owe()
      streams.wake(stream)
      break
    case FrameType.StreamData:
      if (streams.receiveData(stream, frame.offset, frame.data, now, path.smoothedRtt))
        result.readable = withOne(result.readable, stream)
      if (stream.end !== undefined) streams.wake(stream) // it may have waited for these bytes
      break
    case FrameType.StreamReceipt:
      stream.moneyOut.onReceipt(frame.receipt)
  }
}
