import type { StreamId } from '@stream/frames'
import { ErrorCode, FrameType } from '@stream/frames'
import type { Delivery, Instant } from '@stream/flow'
import { LimitSync } from '@stream/flow'
import { closeMessage } from '../close-message.js'
import type { Violation } from '../errors.js'
import type { PacketBuilder } from '../packet/packet-builder.js'

/** How long the end of a stream waits for bytes that the peer's close overtook. */
export interface Linger {
  /** For those missing before some that have arrived. */
  readonly gapUntil: Instant
  /** For the last ones, which nothing tells of. Only where the close may have overtaken them, and may be told again. */
  readonly tailUntil?: Instant
}

/** How a stream ends, by whichever end, and its StreamClose until the peer has it. */
export class StreamEnding {
  #close: LimitSync<number> | undefined
  #isTold = false

  /** @param linger of the peer's close */
  constructor(
    readonly end: Violation,
    private readonly linger?: Linger,
  ) {}

  /** The peer may still be sending what it wrote before the close. */
  get isTentative(): boolean {
    return this.linger?.tailUntil !== undefined
  }

  /** `undefined`: nothing is waited for. */
  lingersUntil(hasGap: boolean): Instant | undefined {
    if (this.end.errorCode !== ErrorCode.NoError) return undefined
    return hasGap ? this.linger?.gapUntil : this.linger?.tailUntil
  }

  /** The close may go: nothing is left that it could overtake. */
  begin(): void {
    this.#close ??= new LimitSync<number>(1, { owed: true })
  }

  get isBegun(): boolean {
    return this.#close !== undefined
  }
  get isOwed(): boolean {
    return this.#close?.owed === true
  }
  /** The peer has it, or it is in the only thing that can reach the peer. */
  get isTold(): boolean {
    return this.#isTold
  }

  /** False: the packet is full. */
  fill(packet: PacketBuilder, streamId: StreamId, isPeerReachable: boolean): boolean {
    const close = this.#close
    if (close?.owed !== true) return true
    // A reply is never acknowledged, and a paying packet may be rejected for its money: the close goes alone.
    if (packet.payment !== undefined || (packet.kind === 'reply' && isPeerReachable)) return true
    const { errorCode, errorMessage } = this.end
    const frame = {
      type: FrameType.StreamClose,
      streamId,
      errorCode,
      errorMessage: closeMessage(errorMessage),
    } as const
    if (!packet.fits(frame)) return false
    if (packet.kind === 'prepare') return packet.tryAdd(frame, this.#fate(close.deliver()))
    // The only way to a peer whose address we do not know. Should it get lost, what it sends next is told again.
    close.announce()
    this.#isTold = true
    return packet.tryAdd(frame)
  }

  #fate(delivery: Delivery): Delivery {
    return {
      onAcked: () => ((this.#isTold = true), delivery.onAcked()),
      onLost: () => delivery.onLost(),
    }
  }
}
