import type { StreamId } from '@stream/frames'
import { ErrorCode } from '@stream/frames'
import { LimitSync } from '@stream/flow'
import { ASSUMED } from '../config.js'
import type { Violation } from '../errors.js'
import { violation } from '../errors.js'
import { ClosedIds } from './closed-ids.js'

/** Who may open which stream ids, and which have been used: RFC 0029, 4.4.1 and 5.3.5. */
export class StreamIds {
  /** Most connections close no stream before they end. */
  #closed: ClosedIds | undefined
  readonly #initialMaximum: number
  #next: StreamId
  /** Ids of our streams that ended before the peer heard of them: it counts none of them. */
  #unused: StreamId[] | undefined
  #peerMaximum: number = ASSUMED.maxStreamId
  #maximum: LimitSync<number> | undefined
  #blocked: LimitSync<number> | undefined

  constructor(role: 'client' | 'server', maxRemoteStreams: number) {
    this.#next = role === 'client' ? 1 : 2
    this.#initialMaximum = Math.max(ASSUMED.maxStreamId, maxRemoteStreams * 2)
    this.#maximum = new LimitSync(this.#initialMaximum, { owed: this.#initialMaximum > ASSUMED.maxStreamId })
  }

  /** `highest`, which the peer must come to know. */
  get maximum(): LimitSync<number> {
    return (this.#maximum ??= new LimitSync(this.highest))
  }
  get owesMaximum(): boolean {
    return this.#maximum?.owed === true
  }
  /** The highest id the peer may open. */
  get highest(): number {
    return this.#initialMaximum + 2 * (this.#closed?.remote ?? 0)
  }

  /** Nothing is under way: what the peer knows need not be kept. */
  rest(): void {
    if (!this.owesMaximum) this.#maximum = undefined
  }

  /** Tells the peer that its limit keeps us. */
  get blocked(): LimitSync<number> {
    return (this.#blocked ??= new LimitSync<number>(0))
  }
  get owesBlocked(): boolean {
    return this.#blocked !== undefined && this.#blocked.owed
  }

  /** An id for a stream of ours. `undefined`: the peer's limit is reached; it will be told. */
  take(): StreamId | undefined {
    const id = this.#next
    if (id <= this.#peerMaximum) {
      this.#next += 2
      return id
    }
    const unused = this.#unused?.shift()
    if (unused === undefined) this.blocked.raise(id)
    return unused
  }

  isLocal(id: StreamId): boolean {
    return id % 2 === this.#next % 2
  }

  isClosed(id: StreamId): boolean {
    return this.#closed?.has(id) === true
  }

  /** What the peer may do with an id that names no stream: `new` when it may open it. */
  classify(id: StreamId): 'closed' | 'new' | Violation {
    if (this.isClosed(id)) return 'closed'
    if (id === 0) return violation(ErrorCode.ProtocolViolation, 'Stream id 0 does not exist')
    if (this.isLocal(id)) {
      return violation(ErrorCode.ProtocolViolation, `Invalid Stream ID: ${id}. It is not the peer's to open`)
    }
    const maximum = this.highest
    if (id > maximum) {
      return violation(ErrorCode.StreamIdError, `Maximum Stream ID exceeded: ${id} is above ${maximum}`)
    }
    return 'new'
  }

  onPeerMaximum(maximum: number): void {
    if (maximum > this.#peerMaximum) this.#peerMaximum = maximum
  }

  /** The stream is over. For each of the peer's that is, it may open another. */
  retire(id: StreamId, wasAnnounced: boolean): void {
    if (!wasAnnounced) {
      this.#unused ??= []
      this.#unused.push(id)
      return
    }
    this.#closed ??= new ClosedIds()
    this.#closed.add(id)
    if (this.isLocal(id)) return
    this.#closed.remote++
    this.maximum.raise(this.highest)
  }

  /** A stream could not be opened, and still cannot. */
  get isBlocked(): boolean {
    return this.#next > this.#peerMaximum && this.blocked.value > this.#peerMaximum
  }

  /** A reply is lost, and perhaps a larger limit with it. */
  askForLimit(): void {
    if (this.isBlocked) this.blocked.owe()
  }
}
