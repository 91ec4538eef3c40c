import { ErrorCode, type StreamId } from '@stream/frames'
import type { PacketProtection } from '@stream/crypto'
import type { Instant } from '@stream/flow'
import type { ConnectionConfig, ConnectionOptions, CreateReceipt } from './config.js'
import { connectionConfig } from './config.js'
import { assertUint64, StreamError, violation } from './errors.js'
import type { Input, Output, PrepareId } from './io.js'
import { Lifecycle, type ConnectionState } from './lifecycle.js'
import { NOTHING_IN_FLIGHT } from './packet/sent-packets.js'
import { Path } from './path/path.js'
import { connectionFigures, type ConnectionFigures, type ConnectionStats, type StreamStats } from './stats.js'
import { FULL } from './streams/full-packet.js'
import type { Stream } from './streams/stream.js'
import { Streams } from './streams/streams.js'
import { Traffic } from './traffic.js'

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
  readonly #config: ConnectionConfig
  readonly #protection: PacketProtection
  readonly #createReceipt: CreateReceipt | undefined
  readonly #lifecycle: Lifecycle
  readonly #path: Path
  readonly #streams: Streams
  /** `undefined` at rest. */
  #traffic: Traffic | undefined
  /** The instant of the last input or poll; commands know no other. A number from the beginning, as it changes all the time. */
  #now: Instant = 0

  /** Throws `StreamError` when the options cannot work together. */
  constructor(options: ConnectionOptions, now: Instant) {
    this.#now = now
    this.#config = connectionConfig(options)
    this.#protection = options.protection
    this.#createReceipt = options.createReceipt
    this.#lifecycle = new Lifecycle(now, this.#config)
    this.#path = new Path(this.#config, options.localAddress, options.peerAddress)
    this.#streams = new Streams(this.#config, this.#path)
  }

  // ── getters ───────────────────────────────────────────────────────────────────

  /** What it was told, with the defaults where it was not. */
  get config(): ConnectionConfig {
    return this.#config
  }

  get state(): ConnectionState {
    return this.#lifecycle.state
  }

  stats(): ConnectionStats {
    return { ...this.figures(), congestion: this.#path.congestionFigures(this.#now) }
  }

  /** Those of `stats` that cost little. */
  figures(): ConnectionFigures {
    return connectionFigures(this.#path, this.#streams, this.#lifecycle, this.#traffic?.inFlight ?? NOTHING_IN_FLIGHT)
  }

  /** `undefined` for a stream that never was, or that has ended and was read empty. */
  streamStats(streamId: StreamId): StreamStats | undefined {
    return this.#streams.get(streamId)?.stats()
  }

  /** That of `streamStats`, for every write and packet: its other figures cost more than these two. */
  unsentBytes(streamId: StreamId): number | undefined {
    return this.#streams.get(streamId)?.unsentBytes
  }

  /** That of `streamStats`, as `unsentBytes`. */
  readableBytes(streamId: StreamId): number | undefined {
    return this.#streams.get(streamId)?.readableBytes
  }

  /** Whether a packet begins the connection of another client with the same credentials; `introduces`: it names an address. */
  isOfAnotherClient(sequence: number, envelope: Uint8Array, introduces: boolean): boolean {
    return this.#lifecycle.seen.isOfAnotherClient(sequence, envelope, introduces)
  }

  // ── inputs ────────────────────────────────────────────────────────────────────

  handleInput(now: Instant, input: Input): void {
    this.#now = now
    this.#wake().handleInput(now, input)
  }

  /** Every input and command goes through here: there may be something to do. */
  #wake(): Traffic {
    this.#traffic ??= new Traffic({
      config: this.#config,
      protection: this.#protection,
      createReceipt: this.#createReceipt,
      lifecycle: this.#lifecycle,
      path: this.#path,
      streams: this.#streams,
    })
    this.#traffic.isDrained = false
    return this.#traffic
  }

  // ── commands ──────────────────────────────────────────────────────────────────

  /** `undefined`: the peer's limit on open streams is reached; it is told, and a later call may succeed. */
  openStream(): StreamId | undefined {
    this.#assertOpen()
    this.#wake()
    return this.#streams.open()?.id
  }

  /** Most to send on this stream in all, in source units. Throws when less than what is sent and in flight. */
  setSendMax(streamId: StreamId, amount: bigint): void {
    if (amount > 0n) this.#assertNot('receive', 'sendMax cannot be set')
    const stream = this.#openStreamOf(streamId)
    stream?.moneyOut.setSendMax(amount)
    if (stream !== undefined) this.#streams.wake(stream)
  }

  /** Most to receive on this stream in all, in our units. Can only grow: the peer was told. */
  setReceiveMax(streamId: StreamId, amount: bigint): void {
    if (amount > 0n) this.#assertNot('send', 'receiveMax cannot be set')
    const stream = this.#openStreamOf(streamId)
    assertUint64('receiveMax', amount)
    const { receiveMax } = this.#config.limits
    stream?.moneyIn.setReceiveMax(amount < receiveMax ? amount : receiveMax)
    if (stream !== undefined) this.#streams.wake(stream)
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
    const room = Math.max(0, this.#config.limits.sendBuffer - stream.unsentBytes)
    const accepted = data.length <= room ? data : data.subarray(0, room)
    if (accepted.length > 0) stream.dataOut.write(accepted)
    const isShort = accepted.length < data.length
    // What there is no room for can be waited for where `writable` comes before less than a packet is left.
    const makesRoomInTime = !isShort || this.#config.limits.sendBuffer >= 2 * FULL
    stream.dataOut.isMoreComing = isMoreComing && makesRoomInTime
    if (isShort) stream.wantsWritable = true
    this.#streams.wake(stream)
    return accepted.length
  }

  /** No more is coming for now: what was written with `isMoreComing` leaves, however little it is. */
  flush(streamId: StreamId): void {
    this.#wake()
    const stream = this.#streams.get(streamId)
    if (stream?.flush() === true) this.#streams.wake(stream)
  }

  /** The next bytes, perhaps not all of them; `undefined` when there are none. What was read makes room for the peer to send more. */
  read(streamId: StreamId, maxBytes: number): Uint8Array | undefined {
    this.#wake()
    const stream = this.#streams.get(streamId)
    if (stream === undefined) return undefined
    return this.#streams.read(stream, maxBytes, this.#now, this.#path.smoothedRtt)
  }

  /** Nobody will read this stream any more: what has arrived and what will arrive is dropped. */
  stopReading(streamId: StreamId): void {
    this.#wake()
    const stream = this.#streams.get(streamId)
    if (stream !== undefined) this.#streams.discardIncoming(stream, this.#now, this.#path.smoothedRtt)
  }

  /** Flushes the stream and closes it; with an error what was never sent is given up. Ends in `streamClosed`. */
  closeStream(streamId: StreamId, errorCode: ErrorCode = ErrorCode.NoError, errorMessage = ''): void {
    this.#wake()
    const stream = this.#streams.get(streamId)
    if (stream === undefined || !this.#lifecycle.isOpen) return
    stream.requestClose(violation(errorCode, errorMessage))
    this.#streams.wake(stream)
  }

  /**
   * Answers `moneyOffered`. Without effect when the Prepare has expired or the connection has ended meanwhile.
   *
   * @param reason Bytes for the peer's application when the offer is refused. They become data of the stream that was to be
   *   paid, behind what was written to it, and travel in the reject already.
   */
  decide(id: PrepareId, accept: boolean, reason?: Uint8Array): void {
    this.#wake().decide(id, accept, reason)
  }

  /** We can be reached at another address from now on (RFC 0029, 4.3.2). */
  changeLocalAddress(address: string): void {
    this.#assertOpen()
    this.#wake().changeLocalAddress(address)
  }

  /** Closes at once: streams are not flushed; close them first where that matters. Ends in `closed`. */
  close(errorCode: ErrorCode = ErrorCode.NoError, errorMessage = ''): void {
    this.#wake().close({ by: 'local', errorCode, errorMessage })
  }

  // ── outputs ───────────────────────────────────────────────────────────────────

  /** What leaves next: openings of streams, replies, Prepares, events; `timeout` when drained. */
  pollOutput(now: Instant): Output {
    const traffic = this.#traffic ?? this.#wake()
    if (now !== this.#now) traffic.isDrained = false
    this.#now = now
    const output = traffic.pollOutput(now)
    if (output.type === 'timeout' && traffic.isQuiet) this.#rest(traffic)
    return output
  }

  /** What says no more than that nothing has come, and what can be made again, goes until it is needed. */
  #rest(traffic: Traffic): void {
    this.#streams.rest()
    this.#protection.rest()
    if (traffic.isOver) this.#traffic = undefined
  }

  // ── misuse ────────────────────────────────────────────────────────────────────

  #assertOpen(): void {
    if (this.#lifecycle.isOpen) return
    throw new StreamError('ConnectionClosed', 'The connection has ended; open another one')
  }

  #assertNot(oneSided: 'send' | 'receive', what: string): void {
    if (this.#config.mode !== oneSided) return
    const other = oneSided === 'send' ? 'receive' : 'send'
    const message = `The connection only ${oneSided}s, so ${what}; make it with mode '${other}' or 'both'`
    throw new StreamError('OneSided', message)
  }

  /**
   * The stream a command is for. `undefined`: the peer or the connection has ended it, which the caller may not have
   * been told yet, so that the command has no effect.
   */
  #openStreamOf(streamId: StreamId): Stream | undefined {
    this.#wake()
    const stream = this.#streams.get(streamId)
    if (stream?.state === 'closing') {
      throw new StreamError('StreamClosed', `Stream ${streamId} was closed by this end; open another one`)
    }
    if (stream === undefined && this.#streams.classify(streamId) !== 'closed') {
      const expected = 'use an id from openStream or streamOpened'
      throw new StreamError('UnknownStream', `There is no stream ${streamId}; ${expected}`)
    }
    return stream?.isOpen === true && this.#lifecycle.isOpen ? stream : undefined
  }
}
