import { ErrorCode, type StreamId } from '@stream/frames'
import type { Instant } from '@stream/flow'
import { ConnectionControl } from './connection-control.js'
import type { ConnectionConfig, ConnectionOptions } from './config.js'
import { connectionConfig } from './config.js'
import { assertUint64, StreamError, violation } from './errors.js'
import type { Input, Output, PrepareId } from './io.js'
import { Lifecycle, type ConnectionState } from './lifecycle.js'
import { Outbox } from './outbox.js'
import { IncomingPrepares, type IncomingParts } from './packet/incoming-prepare.js'
import { IncomingReplies, type ReplyParts } from './packet/incoming-reply.js'
import { outgoingPrepare } from './packet/outgoing-prepare.js'
import { Scheduler } from './packet/scheduler.js'
import { SentPackets } from './packet/sent-packets.js'
import { Path } from './path/path.js'
import { Phases } from './phases.js'
import { connectionFigures, type ConnectionFigures, type ConnectionStats, type StreamStats } from './stats.js'
import { FULL } from './streams/data-sender.js'
import type { Stream } from './streams/stream.js'
import { Streams } from './streams/streams.js'

/**
 * One STREAM connection without IO (RFC 0029): the same inputs at the same instants always give the same outputs.
 *
 * Methods come in four kinds:
 * - `handleInput`: what came from outside, with the instant at which it came;
 * - commands (`openStream`, `setSendMax`, `write`, `close`, …): what the application wants; they know no time;
 * - `pollOutput`: what leaves, in the order of urgency; call it after every change until it says `timeout`;
 * - getters: `config`, `state`, `stats`, `figures`, `streamStats`, `unsentBytes`, `readableBytes`.
 *
 * Misuse throws `StreamError` and changes nothing. A peer's fault never throws: it closes the connection. Commands for
 * a stream that the peer or the connection has ended have no effect: that end may still be on its way to the caller.
 */
export class Connection {
  /** One object for all: what each part sees of the others is in its own file. */
  readonly #parts: IncomingParts & ReplyParts
  readonly #incoming: IncomingPrepares
  readonly #scheduler: Scheduler
  readonly #replies: IncomingReplies
  readonly #phases: Phases
  /** The instant of the last input or poll; commands know no other. */
  #now: Instant
  /** Nothing may go at this instant, until an input or a command: what is polled meanwhile need not look again. */
  #isAtRest = false

  /** Throws `StreamError` when the options cannot work together. */
  constructor(options: ConnectionOptions, now: Instant) {
    this.#now = now
    const { protection, localAddress, peerAddress, createReceipt } = options
    const config = connectionConfig(options)
    const path = new Path(config, peerAddress)
    const streams = new Streams(config, path)
    const control = new ConnectionControl(config, localAddress, streams)
    const lifecycle = new Lifecycle(now, config)
    const [sent, outbox] = [new SentPackets(), new Outbox()]
    const parts = { config, protection, createReceipt, lifecycle, path, streams, control, sent, outbox }
    this.#parts = parts
    this.#phases = new Phases(parts)
    this.#scheduler = new Scheduler(parts)
    this.#phases.incoming = this.#incoming = new IncomingPrepares(parts, this.#phases)
    this.#phases.replies = this.#replies = new IncomingReplies(parts, this.#phases)
  }

  // ── getters ───────────────────────────────────────────────────────────────────

  /** What it was told, with the defaults where it was not. */
  get config(): ConnectionConfig {
    return this.#parts.config
  }

  get state(): ConnectionState {
    return this.#parts.lifecycle.state
  }

  stats(): ConnectionStats {
    return { ...this.figures(), congestion: this.#parts.path.congestionFigures(this.#now) }
  }

  /** Those of `stats` that cost little. */
  figures(): ConnectionFigures {
    return connectionFigures(this.#parts, this.#replies, this.#incoming)
  }

  /** `undefined` for a stream that never was, or that has ended and was read empty. */
  streamStats(streamId: StreamId): StreamStats | undefined {
    return this.#parts.streams.get(streamId)?.stats()
  }

  /** That of `streamStats`, for every write and packet: its other figures cost more than these two. */
  unsentBytes(streamId: StreamId): number | undefined {
    return this.#parts.streams.get(streamId)?.unsentBytes
  }

  /** That of `streamStats`, as `unsentBytes`. */
  readableBytes(streamId: StreamId): number | undefined {
    return this.#parts.streams.get(streamId)?.readableBytes
  }

  /** Whether a packet begins the connection of another client with the same credentials; `introduces`: it names an address. */
  isOfAnotherClient(sequence: number, envelope: Uint8Array, introduces: boolean): boolean {
    return this.#incoming.isOfAnotherClient(sequence, envelope, introduces)
  }

  // ── inputs ────────────────────────────────────────────────────────────────────

  handleInput(now: Instant, input: Input): void {
    this.#now = now
    this.#isAtRest = false
    switch (input.type) {
      case 'prepare':
        return this.#incoming.handle(now, input.id, input.prepare, input.plaintext)
      case 'reply':
        return this.#replies.handle(now, input.sequence, input.reply)
      case 'sendFailed':
        return this.#replies.onSendFailed(now, input.sequence, input.cause)
      case 'timeout':
        return this.#handleTimeout(now)
    }
  }

  #handleTimeout(now: Instant): void {
    const { control, lifecycle, path, protection, sent, streams } = this.#parts
    this.#replies.onTimeout(now)
    this.#incoming.onTimeout(now)
    if (sent.isEmpty) path.rest(now)
    if (sent.isEmpty && path.restAt === undefined && this.#incoming.restAt === undefined) {
      streams.rest()
      control.rest()
      protection.rest()
    }
    streams.wakeLingering()
    if (lifecycle.isIdle(now)) this.#phases.end(now, { by: 'idleTimeout' })
    const { reason } = lifecycle
    if (reason !== undefined && lifecycle.isCloseOverdue(now)) this.#phases.end(now, reason)
  }

  // ── commands ──────────────────────────────────────────────────────────────────

  /** `undefined`: the peer's limit on open streams is reached; it is told, and a later call may succeed. */
  openStream(): StreamId | undefined {
    this.#assertOpen()
    this.#isAtRest = false
    return this.#parts.streams.open()?.id
  }

  /** Most to send on this stream in all, in source units. Throws when less than what is sent and in flight. */
  setSendMax(streamId: StreamId, amount: bigint): void {
    if (amount > 0n) this.#assertNot('receive', 'sendMax cannot be set')
    const stream = this.#openStreamOf(streamId)
    stream?.moneyOut.setSendMax(amount)
    if (stream !== undefined) this.#parts.streams.wake(stream)
  }

  /** Most to receive on this stream in all, in our units. Can only grow: the peer was told. */
  setReceiveMax(streamId: StreamId, amount: bigint): void {
    if (amount > 0n) this.#assertNot('send', 'receiveMax cannot be set')
    const stream = this.#openStreamOf(streamId)
    assertUint64('receiveMax', amount)
    const { receiveMax } = this.#parts.config.limits
    stream?.moneyIn.setReceiveMax(amount < receiveMax ? amount : receiveMax)
    if (stream !== undefined) this.#parts.streams.wake(stream)
  }

  /**
   * Receipts of this stream count from this total, in our units, in place of 0: what it received before a restart, or
   * through another process. Throws when less than before.
   */
  setReceiptBase(streamId: StreamId, amount: bigint): void {
    this.#openStreamOf(streamId)?.moneyIn.setReceiptBase(amount)
  }

  /**
   * Takes a copy of as many bytes as there is room for and returns how many; after less than all, `writable` follows.
   * None when the stream has ended.
   *
   * @param isMoreComing another `write` or `flush` follows soon: what does not fill a packet waits for it
   */
  write(streamId: StreamId, data: Uint8Array, isMoreComing = false): number {
    if (data.length > 0) this.#assertNot('receive', 'nothing can be written')
    const stream = this.#openStreamOf(streamId)
    if (stream === undefined) return 0
    const room = Math.max(0, this.#parts.config.limits.sendBuffer - stream.unsentBytes)
    const accepted = data.length <= room ? data : data.subarray(0, room)
    if (accepted.length > 0) stream.dataOut.write(accepted)
    const isShort = accepted.length < data.length
    // What there is no room for can be waited for where `writable` comes before less than a packet is left.
    const makesRoomInTime = !isShort || this.#parts.config.limits.sendBuffer >= 2 * FULL
    stream.dataOut.isMoreComing = isMoreComing && makesRoomInTime
    if (isShort) stream.wantsWritable = true
    this.#parts.streams.wake(stream)
    return accepted.length
  }

  /** No more is coming for now: what was written with `isMoreComing` leaves, however little it is. */
  flush(streamId: StreamId): void {
    this.#isAtRest = false
    const stream = this.#parts.streams.get(streamId)
    if (stream?.flush() === true) this.#parts.streams.wake(stream)
  }

  /** The next bytes, perhaps not all of them; `undefined` when there are none. What was read makes room for the peer to send more. */
  read(streamId: StreamId, maxBytes: number): Uint8Array | undefined {
    this.#isAtRest = false
    const stream = this.#parts.streams.get(streamId)
    if (stream === undefined) return undefined
    return this.#parts.streams.read(stream, maxBytes, this.#now, this.#parts.path.smoothedRtt)
  }

  /** Nobody will read this stream any more: what has arrived and what will arrive is dropped. */
  stopReading(streamId: StreamId): void {
    this.#isAtRest = false
    const stream = this.#parts.streams.get(streamId)
    if (stream !== undefined) this.#parts.streams.discardIncoming(stream, this.#now, this.#parts.path.smoothedRtt)
  }

  /** Flushes the stream and closes it; with an error what was never sent is given up. Ends in `streamClosed`. */
  closeStream(streamId: StreamId, errorCode: ErrorCode = ErrorCode.NoError, errorMessage = ''): void {
    this.#isAtRest = false
    const stream = this.#parts.streams.get(streamId)
    if (stream === undefined || !this.#parts.lifecycle.isOpen) return
    stream.requestClose(violation(errorCode, errorMessage))
    this.#parts.streams.wake(stream)
  }

  /**
   * Answers `moneyOffered`. Without effect when the Prepare has expired or the connection has ended meanwhile.
   *
   * @param reason Bytes for the peer's application when the offer is refused. They become data of the stream that was to be
   *   paid, behind what was written to it, and travel in the reject already.
   */
  decide(id: PrepareId, accept: boolean, reason?: Uint8Array): void {
    this.#isAtRest = false
    this.#incoming.decide({ id, accept, reason })
  }

  /** We can be reached at another address from now on (RFC 0029, 4.3.2). */
  changeLocalAddress(address: string): void {
    this.#isAtRest = false
    this.#assertOpen()
    this.#parts.control.changeAddress(address)
  }

  /** Closes at once: streams are not flushed; close them first where that matters. Ends in `closed`. */
  close(errorCode: ErrorCode = ErrorCode.NoError, errorMessage = ''): void {
    this.#isAtRest = false
    this.#phases.close({ by: 'local', errorCode, errorMessage })
  }

  // ── outputs ───────────────────────────────────────────────────────────────────

  /** What leaves next: openings of streams, replies, Prepares, events; `timeout` when drained. */
  pollOutput(now: Instant): Output {
    const { lifecycle, outbox } = this.#parts
    if (now !== this.#now) this.#isAtRest = false
    this.#now = now
    lifecycle.startCloseTimer(now)
    const opening = outbox.takeOpening()
    if (opening !== undefined) return opening
    if (this.#incoming.considerWaiting(now)) this.#isAtRest = false
    return outbox.takeReply() ?? this.#nextPrepare(now) ?? outbox.takeEvent() ?? this.#atRest(now)
  }

  #nextPrepare(now: Instant): Output | undefined {
    if (this.#isAtRest) return undefined
    const { lifecycle, path, sent: inFlight, streams } = this.#parts
    this.#phases.reportEndedStreams(now)
    if (lifecycle.isOpen && lifecycle.atPacketLimit) this.#phases.close({ by: 'packetLimit' })
    const packet = this.#scheduler.next(now)
    // A stream that has just learned that its rest cannot be paid may have waited for no more to close.
    if (packet === undefined && streams.hasChanged) return this.#nextPrepare(now)
    const destination = path.peerAddress
    if (packet === undefined || destination === undefined) {
      this.#isAtRest = true
      return undefined
    }
    const { output, sent } = outgoingPrepare(this.#parts, now, lifecycle.nextSequence(), destination, packet)
    inFlight.add(sent)
    path.onSent(now, sent, inFlight.inFlight)
    for (const id of sent.streamIds) this.#tellWritable(streams.get(id))
    return output
  }

  #tellWritable(stream: Stream | undefined): void {
    if (stream === undefined || !stream.wantsWritable) return
    if (stream.unsentBytes * 2 > this.#parts.config.limits.sendBuffer) return
    stream.wantsWritable = false
    this.#parts.outbox.event({ type: 'writable', streamId: stream.id })
  }

  /** Nothing leaves: either the connection has come to its end, or there is an instant to wait for. */
  #atRest(now: Instant): Output {
    const { control, lifecycle, outbox, path, sent } = this.#parts
    const { reason, state } = lifecycle
    const isAnswered = state === 'draining' || control.isCloseSettled
    const isUnreachable = state === 'closing' && path.peerAddress === undefined
    if (reason !== undefined && sent.isEmpty && (isAnswered || isUnreachable)) this.#phases.end(now, reason)
    return outbox.takeEvent() ?? this.#timeout(now)
  }

  #timeout(now: Instant): Output {
    const { lifecycle, path, sent, streams } = this.#parts
    let work = earlier(sent.nextDeadline, this.#incoming.deadline)
    work = earlier(work, streams.lingerDeadline)
    work = earlier(work, this.#scheduler.lookAgainAt)
    let rest = earlier(lifecycle.deadline, this.#incoming.restAt)
    if (sent.isEmpty) rest = earlier(rest, path.restAt)
    const at = lifecycle.state === 'closed' ? undefined : earlier(rest, work)
    const isIdle = work === undefined && lifecycle.isOpen
    return { type: 'timeout', at: at === undefined ? undefined : Math.max(at, now), idle: isIdle }
  }

  // ── misuse ────────────────────────────────────────────────────────────────────

  #assertOpen(): void {
    if (this.#parts.lifecycle.isOpen) return
    throw new StreamError('ConnectionClosed', 'The connection has ended; open another one')
  }

  #assertNot(oneSided: 'send' | 'receive', what: string): void {
    if (this.#parts.config.mode !== oneSided) return
    const other = oneSided === 'send' ? 'receive' : 'send'
    const message = `The connection only ${oneSided}s, so ${what}; make it with mode '${other}' or 'both'`
    throw new StreamError('OneSided', message)
  }

  /**
   * The stream a command is for. `undefined`: the peer or the connection has ended it, which the caller may not have
   * been told yet, so that the command has no effect.
   */
  #openStreamOf(streamId: StreamId): Stream | undefined {
    this.#isAtRest = false
    const stream = this.#parts.streams.get(streamId)
    if (stream?.state === 'closing') {
      throw new StreamError('StreamClosed', `Stream ${streamId} was closed by this end; open another one`)
    }
    if (stream === undefined && this.#parts.streams.classify(streamId) !== 'closed') {
      const expected = 'use an id from openStream or streamOpened'
      throw new StreamError('UnknownStream', `There is no stream ${streamId}; ${expected}`)
    }
    return stream?.isOpen === true && this.#parts.lifecycle.isOpen ? stream : undefined
  }
}

function earlier(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a < b ? a : b
}
