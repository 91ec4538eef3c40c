import { FrameType, type Frame } from '@stream/frames'
import { closeMessage } from './close-message.js'
import type { Violation } from './errors.js'
import type { PacketBuilder } from './packet/packet-builder.js'

/** A close that is refused again and again goes to a peer that is gone: predecessors hang up before their answer is out. */
const CLOSE_ATTEMPTS = 5

/** The close of this end, until the peer knows of it. */
export class OwnClose {
  isOwed = true
  /** The peer knows, or need not be told again. */
  isSettled = false
  #attemptsLeft: number
  /** A Prepare with the close is in flight or has arrived. */
  #isTold = false

  /** `insist`: repeat the close when it is refused. Without, one attempt is enough: the path is of no use. */
  constructor(
    private readonly end: Violation,
    insist: boolean,
  ) {
    this.#attemptsLeft = insist ? CLOSE_ATTEMPTS : 1
  }

  /** Nothing more is waited for. A close that nobody answered may be unknown to the peer. */
  onEnd(): void {
    if (!this.isSettled) this.#isTold = false
  }

  /** Somebody does not know: another end with our credentials, say, that a straggler has brought to life. */
  tellAgain(): void {
    this.#isTold = false
  }

  /**
   * The close goes alone in its Prepare, and into replies where no Prepare has told it: the predecessor ends anew, with
   * all events, for each close that it hears.
   */
  fill(packet: PacketBuilder): void {
    const frame = closeFrame(this.end)
    if (packet.kind === 'reply') {
      if (!this.#isTold) packet.tryAdd(frame)
      return
    }
    this.#isTold = true
    this.isOwed = false
    packet.tryAdd(frame, {
      onAcked: () => (this.isSettled = true),
      onLost: () => {
        this.#isTold = false
        if (--this.#attemptsLeft > 0) this.isOwed = true
        else this.isSettled = true
      },
    })
  }
}

export function closeFrame({ errorCode, errorMessage }: Violation): Frame {
  return { type: FrameType.ConnectionClose, errorCode, errorMessage: closeMessage(errorMessage) }
}
