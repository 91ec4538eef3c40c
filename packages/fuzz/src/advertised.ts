import { FrameType, type Frame } from '@stream/frames'
import { isValidIlpAddress } from '@stream/frames/ilp'
import { must } from './fault.js'
import { sameBytes } from './same.js'

/** What an end has told its peer: limits that it must not take back (RFC 0029, 4.4.4), and nothing that no frame may hold. */
export class Advertised {
  readonly #limits = new Map<string, bigint>()
  readonly #streams = new Set<number>()
  readonly #segments = new Map<number, Map<number, Uint8Array>>()
  /** Bytes sent of each stream. */
  readonly #ends = new Map<number, number>()
  #asset: string | undefined

  /** Streams that were named in any frame. */
  get streams(): ReadonlySet<number> {
    return this.#streams
  }

  check(frames: readonly Frame[]): void {
    for (const frame of frames) {
      must(frame.type !== 'unknown', 'an unknown frame is sent')
      if ('streamId' in frame) {
        must(frame.streamId > 0, 'stream 0 is named')
        this.#streams.add(frame.streamId)
      }
      this.#checkOne(frame)
    }
  }

  #checkOne(frame: Frame): void {
    switch (frame.type) {
      case FrameType.ConnectionMaxData:
        return this.#grows('connection', BigInt(frame.maxOffset))
      case FrameType.ConnectionMaxStreamId:
        return this.#grows('ids', BigInt(frame.maxStreamId))
      case FrameType.StreamMaxData:
        return this.#grows(`data ${frame.streamId}`, BigInt(frame.maxOffset))
      case FrameType.StreamMaxMoney:
        must(frame.totalReceived <= frame.receiveMax, 'more was received than the limit that is told')
        this.#grows(`total ${frame.streamId}`, frame.totalReceived)
        return this.#grows(`money ${frame.streamId}`, frame.receiveMax)
      case FrameType.ConnectionAssetDetails: {
        const asset = `${frame.sourceAssetCode} ${frame.sourceAssetScale}`
        must(this.#asset === undefined || this.#asset === asset, 'the asset has changed')
        this.#asset = asset
        return undefined
      }
      case FrameType.StreamData:
        return this.#checkSegment(frame.streamId, frame.offset, frame.data)
      case FrameType.ConnectionNewAddress:
        // An empty one announces nothing: it asks what an address would be answered with.
        return must(
          frame.sourceAccount === '' || isValidIlpAddress(frame.sourceAccount),
          'an address is announced that is none',
        )
      default:
        return undefined
    }
  }

  /** Segments start at 0, follow each other, and are repeated exactly as they were (RFC 0029, 5.3.11). */
  #checkSegment(streamId: number, offset: number, data: Uint8Array): void {
    if (data.length === 0) return // opens the stream, or says that nothing follows
    const segments = this.#segments.get(streamId) ?? new Map<number, Uint8Array>()
    this.#segments.set(streamId, segments)
    const first = segments.get(offset)
    if (first !== undefined) return must(sameBytes(first, data), 'a segment is repeated otherwise than it was')
    const end = this.#ends.get(streamId) ?? 0
    must(offset === end, `a segment starts at ${offset} where ${end} bytes were sent`)
    segments.set(offset, data.slice())
    this.#ends.set(streamId, offset + data.length)
  }

  #grows(name: string, limit: bigint): void {
    const known = this.#limits.get(name) ?? 0n
    must(limit >= known, `limit "${name.replaceAll(/\d+/g, 'n')}" falls from ${known} to ${limit}`)
    this.#limits.set(name, limit)
  }
}
