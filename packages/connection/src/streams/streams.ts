import type { IlpAddress, StreamId } from '@stream/frames'
import type { Duration, Instant, ReceiveWindow, SendCredit } from '@stream/flow'
import { ASSUMED, type ConnectionConfig } from '../config.js'
import type { Violation } from '../errors.js'
import type { PacketBuilder } from '../packet/packet-builder.js'
import type { EarlyCloses } from './early-closes.js'
import { LateOffsets } from './late-offsets.js'
import { connectionReceiveWindow, type ConnectionWindowLimits } from './receive-windows.js'
import { SharedCredit } from './shared-credit.js'
import type { StreamConfig, StreamSurroundings } from './stream.js'
import { Stream } from './stream.js'
import type { Linger } from './stream-ending.js'
import { StreamIds } from './stream-ids.js'
import { StreamTable } from './stream-table.js'
import { Line, Turns } from './turns.js'

/** The part of the configuration that is about streams. */
export type StreamsConfig = StreamConfig &
  Pick<ConnectionConfig, 'role'> & {
    readonly limits: Pick<ConnectionConfig['limits'], 'maxRemoteStreams'> & ConnectionWindowLimits
  }

const NONE: readonly never[] = []

/** A stream that has just ended. */
export interface StreamEnd {
  readonly stream: Stream
  readonly by: 'local' | 'peer'
}

/**
 * All streams of a connection: opens and accepts them, keeps their ids and limits, and serves those that have
 * something to send in turn. Streams without anything to send cost nothing per packet.
 */
export class Streams implements StreamSurroundings {
  readonly #streams = new StreamTable<Stream>()
  readonly ids: StreamIds
  #credit: SharedCredit | undefined
  /** Bytes that the peer lets us send on all streams together, until there are some. */
  #peerMaxData: number = ASSUMED.connectionWindow
  /** What we let the peer send on all streams together, in bytes. */
  #window: ReceiveWindow | undefined
  #waiting: Turns<Stream> | undefined
  /** Fulfilled to us, in our units. */
  totalReceived = 0n
  earlyCloses: EarlyCloses | undefined
  #lateOffsets: LateOffsets | undefined

  constructor(
    readonly config: StreamsConfig,
    readonly path: { readonly peerAddress: IlpAddress | undefined },
  ) {
    this.ids = new StreamIds(config.role, config.limits.maxRemoteStreams)
    this.#window = connectionReceiveWindow(config.limits, false)
  }

  get window(): ReceiveWindow {
    // The first is made with the connection.
    return (this.#window ??= connectionReceiveWindow(this.config.limits, true))
  }
  /** In order of service: whoever was served goes to the end. */
  #turns(): Turns<Stream> {
    return (this.#waiting ??= new Turns())
  }

  get owesMaxData(): boolean {
    return this.#window?.limit.owed === true
  }

  /** Nothing is under way: what says no more than that nothing has come, or that nobody waits, goes until it is not so. */
  rest(): void {
    if (this.#waiting?.areNone === true) this.#waiting = undefined
    if (this.#window?.isUntouched === true) this.#window = undefined
    this.ids.rest()
    for (const stream of this.#streams) stream.rest()
  }

  get(id: StreamId): Stream | undefined {
    return this.#streams.get(id)
  }

  [Symbol.iterator](): IterableIterator<Stream> {
    return this.#streams[Symbol.iterator]()
  }

  get openIds(): StreamId[] {
    return [...this.#streams].filter((stream) => stream.isOpen).map((stream) => stream.id)
  }

  // ── opening ───────────────────────────────────────────────────────────────────

  /** `undefined`: the peer's limit is reached; the peer will be told. */
  open(): Stream | undefined {
    const id = this.ids.take()
    return id === undefined ? undefined : this.#add(id, true)
  }

  accept(id: StreamId): Stream {
    const stream = this.#add(id, false)
    this.wake(stream)
    return stream
  }

  #add(id: StreamId, isLocal: boolean): Stream {
    const stream = new Stream(id, isLocal, this)
    this.#streams.add(stream)
    return stream
  }

  /** What a frame with this stream id from the peer refers to. */
  classify(id: StreamId): 'known' | 'closed' | 'new' | Violation {
    const stream = this.#streams.get(id)
    if (stream === undefined) return this.ids.classify(id)
    return stream.state === 'closed' ? 'closed' : 'known' // closed, but not read empty
  }

  // ── bytes out, all streams together ───────────────────────────────────────────

  get sharedCredit(): SharedCredit {
    return (this.#credit ??= new SharedCredit(this.#peerMaxData, this.#streams))
  }
  get credit(): SendCredit {
    return this.sharedCredit.credit
  }
  get peerMaxData(): number {
    return this.#credit?.credit.limit ?? this.#peerMaxData
  }
  get owesDataBlocked(): boolean {
    return this.#credit?.owesBlocked === true
  }
  get waitsForCredit(): boolean {
    return this.#credit?.isWaitedFor === true
  }

  onPeerMaxData(maxOffset: number): void {
    if (this.#credit === undefined) this.#peerMaxData = Math.max(this.#peerMaxData, maxOffset)
    else if (this.#credit.credit.raise(maxOffset)) this.wakeAll()
  }
  /** The peer told less than we knew already. */
  onPeerMaxDataFell(maxOffset: number): void {
    if (this.#credit?.fall(maxOffset) === true) this.wakeAll()
  }
  /** Something moved at the peer. */
  askForCredit(): void {
    this.#credit?.ask()
  }

  // ── interest ──────────────────────────────────────────────────────────────────

  /** Something about this stream changed: it may have something to send, or may have ended. */
  wake(stream: Stream): void {
    const turns = this.#turns()
    // One that is open cannot have ended.
    if (!stream.isOpen) turns.add(Line.Changed, stream)
    turns.delete(Line.Stalled, stream)
    stream.isRestUndeliverable = false
    if (stream.hasFrames) turns.add(Line.Frames, stream)
    if (stream.hasMoney) turns.add(Line.Money, stream)
  }

  wakeAll(): void {
    for (const stream of this.#streams) this.wake(stream)
  }

  /** The rate or the packet amount changed. */
  wakeStalled(): void {
    while (!this.#turns().isEmpty(Line.Stalled)) this.wake(this.#turns().at(Line.Stalled, 0)!)
  }

  /** This stream's money cannot go until something changes. */
  stall(stream: Stream): void {
    this.#turns().delete(Line.Money, stream)
    this.#turns().add(Line.Stalled, stream)
    this.#turns().add(Line.Changed, stream)
  }

  get hasFrames(): boolean {
    return !this.#turns().isEmpty(Line.Frames)
  }
  get hasMoney(): boolean {
    return !this.#turns().isEmpty(Line.Money)
  }
  get hasStalledMoney(): boolean {
    return !this.#turns().isEmpty(Line.Stalled)
  }

  /** The stream whose turn it is to send money; its turn ends with `servedMoney`, `blockMoney` or `stall`. */
  get nextToPay(): Stream | undefined {
    for (;;) {
      const stream = this.#turns().at(Line.Money, 0)
      if (stream === undefined || stream.hasMoney) return stream
      this.#turns().delete(Line.Money, stream)
    }
  }

  servedMoney(stream: Stream): void {
    // Its first packet may have opened it, and what else there is to say about it goes along.
    if (stream.hasFrames) this.#turns().add(Line.Frames, stream)
    if (stream.hasMoney) this.#turns().requeue(Line.Money, stream)
    else this.#turns().delete(Line.Money, stream)
  }

  /** The peer accepts no more money on this stream, or less than the least we can send: it is told, and money waits. */
  blockMoney(stream: Stream): void {
    this.#turns().delete(Line.Money, stream)
    if (stream.holdsMoney) return // what is in flight may come back
    stream.isRestUndeliverable = true
    stream.moneyOut.blocked.raise(stream.moneyOut.sendMax)
    if (stream.hasFrames) this.#turns().add(Line.Frames, stream)
    this.#turns().add(Line.Changed, stream)
  }

  // ── frames out ────────────────────────────────────────────────────────────────

  /** Limits and closes of all streams that owe some and, where the packet pays for nothing, data. */
  fill(packet: PacketBuilder, withData: boolean): void {
    let place = 0
    for (let left = this.#turns().size(Line.Frames); left > 0; left--) {
      const stream = this.#turns().at(Line.Frames, place)!
      const before = packet.bytesLeft
      if (!stream.fillFacts(packet)) return
      if (packet.kind === 'reply' && stream.state === 'closing') this.#turns().add(Line.Changed, stream)
      if (withData) this.#fillData(stream, packet)
      const hasMore = stream.hasFrames && stream.state !== 'closed'
      const isServed = packet.bytesLeft < before
      if (!hasMore) this.#turns().delete(Line.Frames, stream)
      else if (isServed) this.#turns().requeue(Line.Frames, stream)
      else place++
      // The packet is full: whoever has not been served is the first in the next one.
      if (withData && stream.hasData) return
    }
  }

  #fillData(stream: Stream, packet: PacketBuilder): void {
    stream.fillData(packet)
    this.#credit?.tellBlocked(stream.unsentBytes)
  }

  /** A reply is lost, and limits perhaps with it: the peer believes that they are known (RFC 0029, 5.3.10 to 5.3.13). */
  askForLimits(): void {
    this.ids.askForLimit()
    this.#credit?.askAgain()
    for (const stream of this.#streams) {
      stream.askForLimits()
      if (stream.hasFrames) this.#turns().add(Line.Frames, stream)
    }
  }

  // ── bytes in ──────────────────────────────────────────────────────────────────

  /** True: more is readable than before. */
  receiveData(stream: Stream, offset: number, data: Uint8Array, now: Instant, rtt: Duration): boolean {
    const { newBytes, isReadable, isDiscarded } = stream.dataIn.receive(offset, data)
    this.window.receive(newBytes)
    if (isDiscarded) this.#release(stream, newBytes, now, rtt)
    return isReadable
  }

  /** Bytes for a stream that has closed: nobody gets them, but the connection's window moves on as the sender's does. */
  receiveLate(id: StreamId, end: number, now: Instant, rtt: Duration): void {
    const unread = this.#streams.get(id)?.dataIn.window
    const highest = unread?.received ?? this.#lateOffsets?.of(id)
    if (highest === undefined || end <= highest) return
    const bytes = end - highest
    if (unread?.receive(bytes) === false || !this.window.receive(bytes)) return
    this.window.release(bytes, now, rtt)
    if (unread === undefined) this.#lateOffsets?.raise(id, end)
    else unread.release(bytes, now, rtt)
  }

  read(stream: Stream, maxBytes: number, now: Instant, rtt: Duration): Uint8Array | undefined {
    const data = stream.dataIn.read(maxBytes)
    if (data !== undefined) this.#release(stream, data.length, now, rtt)
    return data
  }

  discardIncoming(stream: Stream, now: Instant, rtt: Duration): void {
    this.#release(stream, stream.dataIn.discard(), now, rtt)
  }

  #release(stream: Stream, bytes: number, now: Instant, rtt: Duration): void {
    if (bytes === 0) return
    stream.dataIn.release(bytes, now, rtt)
    this.window.release(bytes, now, rtt)
    this.wake(stream)
  }

  // ── endings ───────────────────────────────────────────────────────────────────

  get hasChanged(): boolean {
    return !this.#turns().isEmpty(Line.Changed)
  }

  /** Advances every stream that changed; those that have ended leave the books once they are read empty. */
  takeEnded(now: Instant): readonly StreamEnd[] {
    if (this.#turns().isEmpty(Line.Changed)) return NONE
    let ended: StreamEnd[] | undefined
    for (const stream of this.#turns().takeAll(Line.Changed)) {
      const by = stream.state === 'peerClosed' ? 'peer' : 'local'
      if (stream.advance(now)) (ended ??= []).push({ stream, by })
      if (stream.state === 'closed') this.#retire(stream, now)
      else if (stream.hasFrames) this.#turns().add(Line.Frames, stream)
    }
    return ended ?? NONE
  }

  /** Bytes nobody has read keep a closed stream, and its place among the peer's streams, so they stay bounded. */
  #retire(stream: Stream, now: Instant): void {
    this.#turns().delete(Line.Frames, stream)
    this.#turns().delete(Line.Money, stream)
    this.#turns().delete(Line.Stalled, stream)
    if (stream.readableBytes > 0 || !this.#streams.delete(stream.id)) return
    // What came behind a gap that is never filled is nobody's any more.
    this.window.release(stream.dataIn.unreleasedBytes, now, 0)
    this.ids.retire(stream.id, stream.isAnnounced)
    if (!stream.isAnnounced) return
    this.#lateOffsets ??= new LateOffsets()
    this.#lateOffsets.keep(stream.id, stream.dataIn.highestOffset)
  }

  /** When to look again at a stream whose close has overtaken its last bytes. */
  get lingerDeadline(): Instant | undefined {
    let earliest: Instant | undefined
    for (let place = this.#turns().size(Line.Lingering) - 1; place >= 0; place--) {
      const stream = this.#turns().at(Line.Lingering, place)!
      const at = stream.lingerUntil
      if (at === undefined) this.#turns().delete(Line.Lingering, stream)
      if (at === undefined || stream.holdsMoney) continue // the reply to its money wakes it
      if (earliest === undefined || at < earliest) earliest = at
    }
    return earliest
  }

  onPeerClose(stream: Stream, end: Violation, linger: Linger): void {
    stream.onPeerClose(end, linger)
    this.#turns().add(Line.Lingering, stream)
    this.wake(stream)
  }

  wakeLingering(): void {
    for (let place = 0; place < this.#turns().size(Line.Lingering); place++)
      this.wake(this.#turns().at(Line.Lingering, place)!)
  }
}
