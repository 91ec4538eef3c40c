import { Connection, MAX_PACKETS, StreamError, type ConnectionEvent, type ConnectionOptions } from '@stream/connection'
import type { Input, Output } from '@stream/connection'
import { packetProtection, type PacketProtection } from '@stream/crypto'
import { aimd } from '@stream/flow'
import { MAX_UINT64 } from '@stream/frames'
import { MAX_ILP_DATA_BYTES, type IlpPrepare, type IlpReply } from '@stream/frames/ilp'
import { must } from './fault.js'
import { Advertised } from './advertised.js'
import { quickCrypto } from './quick-crypto.js'
import { sameBytes } from './same.js'
import { tryDecode } from './targets/packet.js'

/** Keys that every execution shares, and randomness that starts anew with each, so that inputs can be run again. */
export function testProtection(): PacketProtection {
  return packetProtection(quickCrypto(), new Uint8Array(32).fill(7))
}

/** Outputs between two inputs; a burst fills a window, which is far less. */
const MOST_OUTPUTS = 5000
/** Timeouts that may be asked for at one instant before time has to move. */
const MOST_TIMEOUTS_AT_ONCE = 20

export interface SentPrepare {
  readonly sequence: number
  readonly prepare: IlpPrepare
  /** Nobody can fulfill a probe. */
  readonly isProbe: boolean
}

interface Arrived {
  readonly prepare: IlpPrepare
  readonly onReply: (reply: IlpReply) => void
}

type Options = Partial<ConnectionOptions> & Pick<ConnectionOptions, 'role'>

/**
 * A connection whose every output and figure is checked, whatever is done to it. The books are kept a second time from
 * the packets alone: money counts as received only with a Fulfill, as sent only with a preimage.
 */
export class WatchedConnection {
  now = 1000
  readonly connection: Connection
  readonly protection: PacketProtection
  /** Prepares that left and were not answered yet. */
  readonly unanswered: SentPrepare[] = []
  readonly events: ConnectionEvent[] = []
  onEvent: (event: ConnectionEvent) => void = () => {}
  wakeAt: number | undefined
  readonly #arrived = new Map<number, Arrived>()
  /** What each envelope was answered: a copy of a packet gets the same, and no second credit. */
  readonly #answers = new Map<string, Uint8Array>()
  readonly #settled = new Set<number>()
  readonly #advertised = new Advertised()
  readonly #closedStreams = new Set<number>()
  #sequence = 0
  #paid = 0n
  #credited = 0n
  #timeoutsAtOnce = 0
  #nextId = 0
  #isClosed = false
  /** A Fulfill came after its Prepare had been given up for lost and sent again: then more is gone than was meant. */
  #hasPaidLate = false

  constructor(options: Options, now = 1000) {
    this.now = now
    this.protection = options.protection ?? testProtection()
    this.connection = new Connection(
      { asset: { code: 'XRP', scale: 9 }, congestion: aimd(), protection: this.protection, ...options },
      now,
    )
    this.drain()
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Ids of the Prepares that came and were not answered yet. */
  get waiting(): readonly number[] {
    return [...this.#arrived.keys()]
  }

  input(input: Input): void {
    this.connection.handleInput(this.now, input)
    this.drain()
  }

  prepare(prepare: IlpPrepare, onReply: (reply: IlpReply) => void = () => {}): void {
    const id = this.#nextId++
    this.#arrived.set(id, { prepare, onReply })
    this.input({ type: 'prepare', id, prepare })
  }

  reply(sent: SentPrepare, reply: IlpReply): void {
    const { sequence, isProbe, prepare } = sent
    const preimage = this.protection.fulfillment(prepare.data)
    const isPaid = !isProbe && reply.type === 'fulfill' && sameBytes(reply.fulfillment, preimage)
    if (isPaid && !this.#settled.has(sequence)) {
      this.#paid += prepare.amount
      this.#hasPaidLate ||= this.now > prepare.expiresAt
    }
    this.#settled.add(sequence)
    this.input({ type: 'reply', sequence, reply })
  }

  /** What an application does; its misuse is a `StreamError` and changes nothing. */
  command<T>(change: (connection: Connection) => T): T | undefined {
    const result = this.attempt(change)
    this.drain()
    return result
  }

  openStream(): number | undefined {
    const id = this.command((connection) => connection.openStream())
    // Ids that the peer never heard of are used again.
    if (id !== undefined) this.#closedStreams.delete(id)
    return id
  }

  /** As `command`, from within `onEvent`, where outputs are being taken already. */
  attempt<T>(change: (connection: Connection) => T): T | undefined {
    try {
      return change(this.connection)
    } catch (error) {
      if (!(error instanceof StreamError)) throw error
      return undefined
    }
  }

  /** Time passes up to `until`, with every timeout the connection asks for on the way. */
  advance(until: number): void {
    for (let timeouts = 0; this.wakeAt !== undefined && this.wakeAt <= until; timeouts++) {
      must(timeouts < 20_000, 'the connection is woken without end')
      this.#timeoutsAtOnce = this.wakeAt > this.now ? 0 : this.#timeoutsAtOnce + 1
      must(this.#timeoutsAtOnce < MOST_TIMEOUTS_AT_ONCE, 'the connection is woken again and again at one instant')
      this.now = Math.max(this.now, this.wakeAt)
      this.input({ type: 'timeout' })
    }
    this.now = Math.max(this.now, until)
  }

  drain(): void {
    for (let outputs = 0; outputs < MOST_OUTPUTS; outputs++) {
      const output = this.connection.pollOutput(this.now)
      if (output.type === 'timeout') {
        must(output.at === undefined || output.at >= this.now, 'a timeout lies in the past')
        must(!this.#isClosed || output.at === undefined, 'a closed connection wants to be woken')
        this.wakeAt = output.at
        return this.#checkFigures()
      }
      this.#take(output)
    }
    must(false, 'outputs do not end')
  }

  #take(output: Exclude<Output, { type: 'timeout' }>): void {
    switch (output.type) {
      case 'prepare':
        return this.#takePrepare(output)
      case 'reply':
        return this.#takeReply(output.id, output.reply)
      case 'event':
        this.#checkEvent(output.event)
        this.events.push(output.event)
        return this.onEvent(output.event)
    }
  }

  #takePrepare({ sequence, prepare, expiresAt }: Extract<Output, { type: 'prepare' }>): void {
    must(!this.#isClosed, 'a closed connection sends')
    must(sequence > this.#sequence && sequence < MAX_PACKETS, `sequence ${sequence} follows ${this.#sequence}`)
    this.#sequence = sequence
    must(expiresAt > this.now, 'a Prepare has expired when it leaves')
    must(prepare.amount >= 0n && prepare.amount <= MAX_UINT64, 'an amount does not fit in 64 bits')
    must(prepare.executionCondition.length === 32, 'a condition is not of 32 bytes')
    const packet = this.#readOwn(prepare.data, 12, sequence)
    const expected = this.protection.condition(this.protection.fulfillment(prepare.data))
    const isProbe = !sameBytes(expected, prepare.executionCondition)
    const gaveUp = this.connection.stats().minimumRate?.numerator === 0n
    if (!isProbe && prepare.amount > 0n) must(packet.prepareAmount > 0n || gaveUp, 'a payment asks for nothing')
    if (prepare.amount === 0n) must(packet.prepareAmount === 0n, 'a packet without money asks for some')
    const sent = { sequence, prepare: { ...prepare, expiresAt }, isProbe }
    this.unanswered.push(sent)
  }

  #takeReply(id: number, reply: IlpReply): void {
    const arrived = this.#arrived.get(id)
    must(arrived !== undefined, 'a Prepare is answered twice, or one that never came')
    this.#arrived.delete(id)
    const { prepare, onReply } = arrived
    must(reply.data.length <= MAX_ILP_DATA_BYTES, 'a reply is too large')
    const plaintext = this.protection.open(prepare.data)
    const request = plaintext === undefined ? undefined : tryDecode(plaintext)
    const envelope = Buffer.from(prepare.data.buffer, prepare.data.byteOffset, prepare.data.length).toString('latin1')
    const earlier = this.#answers.get(envelope)
    const isRepeated = earlier !== undefined && sameBytes(earlier, reply.data)
    this.#answers.set(envelope, reply.data)
    if (reply.type === 'fulfill') {
      must(request !== undefined && request.ilpPacketType === 12, 'what cannot be read is fulfilled')
      must(prepare.amount >= request.prepareAmount, 'less than the minimum is fulfilled')
      must(prepare.expiresAt > this.now, 'what has expired is fulfilled')
      const preimage = this.protection.fulfillment(prepare.data)
      must(sameBytes(reply.fulfillment, preimage), 'the fulfillment is not that of the packet')
      must(sameBytes(this.protection.condition(preimage), prepare.executionCondition), 'a wrong condition is fulfilled')
      if (!isRepeated) this.#credited += prepare.amount
    }
    if (reply.data.length > 0 && !isRepeated) {
      must(request !== undefined, 'a stranger is answered with a packet')
      const answer = this.#readOwn(reply.data, reply.type === 'fulfill' ? 13 : 14, request.sequence)
      must(answer.prepareAmount === prepare.amount, 'a reply tells another amount than arrived')
    }
    onReply(reply)
  }

  #readOwn(data: Uint8Array, type: number, sequence: number) {
    must(data.length <= MAX_ILP_DATA_BYTES, 'a packet is too large')
    const plaintext = this.protection.open(data)
    const packet = plaintext === undefined ? undefined : tryDecode(plaintext)
    must(packet !== undefined, 'a packet cannot be read')
    must(packet.ilpPacketType === type && packet.sequence === sequence, 'a packet has another type or sequence')
    this.#advertised.check(packet.frames)
    return packet
  }

  #checkEvent(event: ConnectionEvent): void {
    must(!this.#isClosed, `${event.type} follows closed`)
    if (event.type === 'closed') this.#isClosed = true
    if (!('streamId' in event)) return
    const { streamId } = event
    must(Number.isSafeInteger(streamId) && streamId > 0, `there is a stream ${streamId}`)
    // A late Fulfill of what the stream sent is the one thing that may follow.
    if (event.type !== 'moneySent') must(!this.#closedStreams.has(streamId), `${event.type} follows streamClosed`)
    if (event.type === 'streamClosed') this.#closedStreams.add(streamId)
    else if (event.type === 'moneyReceived')
      must(event.amount >= 0n && event.total >= event.amount, 'a total went back')
  }

  #checkFigures(): void {
    const stats = this.connection.stats()
    must(stats.totalReceived === this.#credited, `${this.#credited} was fulfilled, ${stats.totalReceived} is booked`)
    must(stats.totalSent === this.#paid, `${this.#paid} was paid, ${stats.totalSent} is booked`)
    must(stats.inFlight.packets >= 0 && stats.inFlight.amount >= 0n, 'less than nothing is in flight')
    must(stats.packetAmountLimit >= 1n && stats.packetAmountLimit <= MAX_UINT64, 'no packet may carry anything')
    must(stats.smoothedRtt >= 0, 'a round trip takes less than no time')
    must((this.connection.state === 'closed') === this.#isClosed, 'the state and the event of the end disagree')
    for (const id of this.#advertised.streams) {
      const stream = this.connection.streamStats(id)
      if (stream === undefined) continue
      must(stream.received <= stream.receiveMax, 'a stream received more than its limit')
      must(this.#hasPaidLate || stream.sent + stream.held <= stream.sendMax, 'a stream spent more than its limit')
      must(
        stream.unsentBytes >= 0 && stream.unackedBytes >= 0 && stream.readableBytes >= 0,
        'bytes are counted below 0',
      )
    }
  }
}
