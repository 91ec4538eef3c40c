import type { CloseReason, Ratio } from '@stream/connection'
import type { PacketProtection } from '@stream/crypto'
import type { Duration, Instant } from '@stream/flow'
import { DecodeError, decodePacket, FrameType, IlpPacketType, type StreamPacket } from '@stream/frames'
import type { IlpPrepare, IlpReply } from '@stream/frames/ilp'

/** A Prepare that left an end. Instants are those of the end's own clock. */
export interface SentPrepare {
  readonly at: Instant
  readonly prepare: IlpPrepare
  /** Names the envelope: its IV. */
  readonly key: string
  /** `undefined`: not readable with the keys of the connection. */
  readonly packet: StreamPacket | undefined
  /** Money that can move: the amount is not 0 and the peer can fulfill it. */
  readonly isPaying: boolean
  /** The least rate that was promised to the application when it left. */
  readonly minimumRate: Ratio | undefined
  /** The right preimage has come back. */
  isFulfilled: boolean
  /** Something has come back. */
  isAnswered: boolean
}

/** A Prepare that came to an end. Instants are those of the end's own clock. */
export interface ArrivedPrepare {
  readonly at: Instant
  readonly prepare: IlpPrepare
  readonly key: string
  readonly packet: StreamPacket | undefined
  answer: { readonly at: Instant; readonly reply: IlpReply; readonly packet: StreamPacket | undefined } | undefined
  /** Units credited to streams for this very Prepare, where the end says for which. */
  credited: bigint
  /** What each of these streams had received with it, as its application was told. */
  readonly totals: Map<number, bigint>
}

/** What an end says of itself; source units out, its own units in. */
export interface Books {
  readonly sent: bigint
  readonly received: bigint
  readonly minimumRate: Ratio | undefined
  readonly packetsInFlight: number
  /** Those that can still be asked about. */
  readonly streams: readonly StreamBooks[]
}

export interface StreamBooks {
  readonly id: number
  readonly sendMax: bigint
  readonly sent: bigint
  readonly held: bigint
  readonly received: bigint
  readonly receiveMax: bigint
  /** Bytes that wait for the application. */
  readonly readableBytes: number
  /** Bytes that wait to be sent for the first time. */
  readonly unsentBytes: number
  /** The receipt it holds of its peer. */
  readonly receipt: Uint8Array | undefined
}

/** What is agreed about one end before it begins. */
export interface EndTerms {
  /** Such as `client 1`. */
  readonly name: string
  /** The other end keeps to the protocol. */
  readonly isPeerHonest: boolean
  /** One of the two ends has begun anew, after a restart or a silent end, without memory of what was said. */
  readonly hasPeerForgotten: () => boolean
  readonly maxPacketAmount: bigint
  /** Answers of the path in a row that may end the connection. */
  readonly pathFailures: number
  readonly idle: Duration
  /** How long after its expiry a reply still counts as one. */
  readonly grace: Duration
  readonly sendBuffer: number
  readonly maxStreamWindow: number
  readonly maxConnectionWindow: number
  readonly padPackets: boolean
  /** This end owes its peer receipts. */
  readonly givesReceipts: boolean
  /** Receipts are asked of the peer: what they are verified with. */
  readonly verifyReceipt:
    ((receipt: Uint8Array) => { readonly streamId: number; readonly totalReceived: bigint }) | undefined
}

/** What the application of an end heard about one stream. */
export interface StreamTally {
  sent: bigint
  /** Of it: fulfilled after the Prepare had expired, so that the money may have been sent again. */
  late: bigint
  received: bigint
}

/** What justifies an end: at most this much has been heard of the peer, and at least as little of it. */
export interface Hearsay {
  /** Its last word that came in time. */
  lastAuthenticAt: Instant
  /** Final answers of the path since the last answer of the peer that came in time, and the most there ever were. */
  failuresInARow: number
  mostFailuresInARow: number
  /** The peer has said in so many words that it closes. */
  isClosedByPeer: boolean
}

/** Everything that crosses the border of one end of one connection, and what its application is told. */
export class Observation {
  readonly terms: EndTerms
  readonly sent = new Map<string, SentPrepare>()
  readonly arrived = new Map<string, ArrivedPrepare[]>()
  readonly streams = new Map<number, StreamTally>()
  readonly hearsay: Hearsay
  readonly startedAt: Instant
  /** Source units for which the right preimage came back. */
  fulfilledOut = 0n
  /** Units that came in Prepares answered with a Fulfill, each envelope once. */
  fulfilledIn = 0n
  /** Units of moneySent and moneyReceived events. */
  toldSent = 0n
  toldReceived = 0n
  /** Whether the peer has proved itself, in either direction. */
  isEstablished = false
  end: CloseReason | 'gone' | undefined
  endedAt: Instant | undefined
  readonly #protection: PacketProtection
  readonly #books: () => Books
  #snapshot: Books | undefined
  #lastDestination = ''

  constructor(terms: EndTerms, protection: PacketProtection, books: () => Books, now: Instant) {
    this.terms = terms
    this.startedAt = now
    this.hearsay = { lastAuthenticAt: now, failuresInARow: 0, mostFailuresInARow: 0, isClosedByPeer: false }
    this.#protection = protection
    this.#books = books
  }

  /** As of the last change. */
  books(): Books {
    this.#snapshot ??= this.#books()
    return this.#snapshot
  }

  onChange(): void {
    this.#snapshot = undefined
  }

  tally(streamId: number): StreamTally {
    let tally = this.streams.get(streamId)
    if (tally === undefined) {
      tally = { sent: 0n, late: 0n, received: 0n }
      this.streams.set(streamId, tally)
    }
    return tally
  }

  /** The STREAM packet in `envelope`, as whoever holds the keys reads it. */
  read(envelope: Uint8Array): StreamPacket | undefined {
    const plaintext = this.#protection.open(envelope)
    if (plaintext === undefined) return undefined
    try {
      return decodePacket(plaintext)
    } catch (error) {
      if (error instanceof DecodeError) return undefined
      throw error
    }
  }

  /** Since its end some Prepare of the peer has reached it, and been answered with the news. */
  get wasAskedSinceItsEnd(): boolean {
    const { endedAt } = this
    if (endedAt === undefined) return false
    for (const copies of this.arrived.values()) if (copies.some(({ at }) => at > endedAt)) return true
    return false
  }

  // ── what crosses the border ───────────────────────────────────────────────────

  onSent(at: Instant, prepare: IlpPrepare, minimumRate: Ratio | undefined): SentPrepare {
    const packet = this.read(prepare.data)
    const isPaying = prepare.amount > 0n && this.#canBeFulfilled(prepare)
    const key = keyOf(prepare.data)
    const sent: SentPrepare = { at, prepare, key, packet, isPaying, minimumRate, isFulfilled: false, isAnswered: false }
    this.sent.set(key, sent)
    this.#snapshot = undefined
    this.#lastDestination = prepare.destination
    return sent
  }

  /** True: money has moved that had not moved before. */
  onReply(now: Instant, sent: SentPrepare, reply: IlpReply): boolean {
    const isFirst = !sent.isAnswered
    sent.isAnswered = true
    const isRight = reply.type === 'fulfill' && this.#isPreimage(reply.fulfillment, sent.prepare.executionCondition)
    if (isFirst) this.#hear(now, sent, reply, isRight)
    if (!isRight || sent.isFulfilled) return false
    sent.isFulfilled = true
    this.fulfilledOut += sent.prepare.amount
    const streamId = payee(sent.packet)
    if (streamId !== undefined && now >= sent.prepare.expiresAt) this.tally(streamId).late += sent.prepare.amount
    return sent.prepare.amount > 0n
  }

  onArrival(at: Instant, prepare: IlpPrepare): ArrivedPrepare {
    const packet = this.read(prepare.data)
    const key = keyOf(prepare.data)
    const arrived: ArrivedPrepare = { at, prepare, key, packet, answer: undefined, credited: 0n, totals: new Map() }
    const copies = this.arrived.get(arrived.key)
    if (copies === undefined) this.arrived.set(arrived.key, [arrived])
    else copies.push(arrived)
    if (packet?.frames.some(({ type }) => type === FrameType.ConnectionClose)) this.hearsay.isClosedByPeer = true
    return arrived
  }

  onAnswer(at: Instant, arrived: ArrivedPrepare, reply: IlpReply): void {
    arrived.answer = { at, reply, packet: this.read(reply.data) }
    const copies = this.arrived.get(arrived.key) ?? []
    if (arrived.answer.packet !== undefined && copies[0] === arrived) {
      this.hearsay.lastAuthenticAt = Math.max(this.hearsay.lastAuthenticAt, arrived.at)
      this.isEstablished = true
    }
    if (reply.type !== 'fulfill') return
    const isFirst = copies.every((copy) => copy === arrived || copy.answer?.reply.type !== 'fulfill')
    if (isFirst) this.fulfilledIn += arrived.prepare.amount
  }

  #hear(now: Instant, sent: SentPrepare, reply: IlpReply, isRight: boolean): void {
    const answer = this.read(reply.data)
    const type = reply.type === 'fulfill' ? IlpPacketType.Fulfill : IlpPacketType.Reject
    const isOurs = answer !== undefined && answer.sequence === sent.packet?.sequence && answer.ilpPacketType === type
    const isInTime = now < sent.prepare.expiresAt + this.terms.grace
    // An answer from an address that the peer has left says nothing about the way to the new one.
    const isOfThisPath = isInTime && sent.prepare.destination === this.#lastDestination
    const { hearsay } = this
    // Whatever a hop makes of the fulfillment: these words are the peer's.
    if (isOurs && answer.frames.some((frame) => frame.type === FrameType.ConnectionClose)) hearsay.isClosedByPeer = true
    if (isOurs && (reply.type === 'reject' || isRight)) {
      this.isEstablished = true
      if (isInTime) hearsay.lastAuthenticAt = now
      if (isOfThisPath) hearsay.failuresInARow = 0
    } else if (isRight) {
      if (isOfThisPath) hearsay.failuresInARow = 0
    } else if (reply.type === 'fulfill' || reply.code.startsWith('F')) {
      hearsay.mostFailuresInARow = Math.max(hearsay.mostFailuresInARow, ++hearsay.failuresInARow)
    }
  }

  #canBeFulfilled({ data, executionCondition }: IlpPrepare): boolean {
    return this.#isPreimage(this.#protection.fulfillment(data), executionCondition)
  }

  #isPreimage(fulfillment: Uint8Array, condition: Uint8Array): boolean {
    return this.#protection.condition(fulfillment).every((byte, i) => byte === condition[i])
  }
}

/** The stream that a packet pays; `undefined` when it pays none. */
export function payee(packet: StreamPacket | undefined): number | undefined {
  for (const frame of packet?.frames ?? []) {
    if (frame.type === FrameType.StreamMoney) return frame.streamId
  }
  return undefined
}

/** Envelopes are told apart by their IV; what is no envelope, by all of its bytes. */
function keyOf(envelope: Uint8Array): string {
  let key = ''
  const end = Math.min(12, envelope.length)
  for (let i = 0; i < end; i++) key += String.fromCharCode(envelope[i] ?? 0)
  return key
}
