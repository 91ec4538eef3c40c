import type { IlpAddress } from '@stream/frames'
import { ErrorCode, FrameType } from '@stream/frames'
import { LimitSync } from '@stream/flow'
import { closeMessage } from './close-message.js'
import type { Violation } from './errors.js'
import { violation } from './errors.js'
import type { Asset } from './path/asset.js'
import type { PacketBuilder } from './packet/packet-builder.js'
import type { Streams } from './streams/streams.js'

/** A close that is refused again and again goes to a peer that is gone: predecessors hang up before their answer is out. */
const CLOSE_ATTEMPTS = 5

/** What the connection as a whole owes the peer: who and where we are, how much it may send, and the close. */
export class ConnectionControl {
  #localAddress: IlpAddress | undefined
  /** Servers have one address for the whole connection, which clients know. */
  #address: LimitSync<number> | undefined
  #asset: LimitSync<number> | undefined
  #close: LimitSync<number> | undefined
  #end: Violation | undefined
  #attemptsLeft = 0
  /** A Prepare with the close is in flight or has arrived. */
  #isCloseTold = false
  #isCloseSettled = false

  constructor(
    private readonly config: { readonly role: 'client' | 'server'; readonly asset: Asset },
    localAddress: IlpAddress | undefined,
    private readonly streams: Streams,
  ) {
    this.#localAddress = localAddress
    if (config.role === 'server') return
    // An empty address is none: it only asks the peer who it is, as its answer to an address would tell.
    this.#localAddress ??= ''
    this.#address = new LimitSync<number>(1, { owed: true })
    this.#tellAsset()
  }

  /** We can be reached somewhere else from now on (RFC 0029, 4.3.2). */
  changeAddress(address: IlpAddress): void {
    this.#localAddress = address
    this.#address ??= new LimitSync<number>(0)
    this.#address.raise(this.#address.value + 1)
  }

  /** The peer has just introduced itself: so do we, in the reply. */
  introduce(): void {
    this.#tellAsset()
    this.streams.ids.maximum.owe()
    this.streams.window.limit.owe()
  }

  #tellAsset(): void {
    this.#asset ??= new LimitSync<number>(1)
    this.#asset.owe()
  }

  /** `insist`: repeat the close when it is refused. Without, one attempt is enough: the path is of no use. */
  close(end: Violation, insist: boolean): void {
    this.#end = end
    this.#attemptsLeft = insist ? CLOSE_ATTEMPTS : 1
    this.#close = new LimitSync<number>(1, { owed: true })
  }

  /** Both ends close at once: nothing more to be told. */
  onPeerClosed(): void {
    this.#isCloseSettled = true
  }

  /** The peer knows, or need not be told again. */
  get isCloseSettled(): boolean {
    return this.#isCloseSettled
  }
  get owesClose(): boolean {
    return this.#close?.owed === true
  }

  get #owesAddress(): boolean {
    return this.#address?.owed === true
  }

  get #owesAsset(): boolean {
    return this.#asset?.owed === true
  }
  get isOwed(): boolean {
    const { ids, owesMaxData, owesDataBlocked } = this.streams
    const owesUs = this.#owesAddress || this.#owesAsset
    return owesUs || owesMaxData || ids.owesMaximum || ids.owesBlocked || owesDataBlocked
  }

  /** Nothing is under way: what the peer knows need not be kept. */
  rest(): void {
    if (!this.#owesAddress) this.#address = undefined
    if (!this.#owesAsset) this.#asset = undefined
  }

  /** `repeat`: until the peer has answered, every packet introduces us, whichever of them arrives first. */
  fill(packet: PacketBuilder, repeat: boolean): void {
    const isPrepare = packet.kind === 'prepare'
    const introduces = repeat && isPrepare
    if (isPrepare && this.#localAddress !== undefined && (this.#owesAddress || introduces)) {
      this.#address ??= new LimitSync<number>(0)
      packet.addLimit({ type: FrameType.ConnectionNewAddress, sourceAccount: this.#localAddress }, this.#address)
    }
    if (this.#owesAsset || introduces) {
      this.#asset ??= new LimitSync<number>(1)
      const { code, scale } = this.config.asset
      packet.addLimit(
        { type: FrameType.ConnectionAssetDetails, sourceAssetCode: code, sourceAssetScale: scale },
        this.#asset,
      )
    }
    const { ids, owesMaxData, owesDataBlocked } = this.streams
    if (owesMaxData) {
      const { limit } = this.streams.window
      packet.addLimit({ type: FrameType.ConnectionMaxData, maxOffset: limit.value }, limit)
    }
    if (ids.owesMaximum) {
      const { maximum } = ids
      packet.addLimit({ type: FrameType.ConnectionMaxStreamId, maxStreamId: maximum.value }, maximum)
    }
    if (!isPrepare) return // what asks for something: whether a reply arrives, nobody tells
    if (ids.owesBlocked) {
      const frame = { type: FrameType.ConnectionStreamIdBlocked, maxStreamId: ids.blocked.value } as const
      packet.addLimit(frame, ids.blocked)
    }
    if (owesDataBlocked) {
      const { dataBlocked } = this.streams
      packet.addLimit({ type: FrameType.ConnectionDataBlocked, maxOffset: dataBlocked.value }, dataBlocked)
    }
  }

  /** Nothing more is waited for. A close that nobody answered may be unknown to the peer. */
  onEnd(): void {
    if (!this.#isCloseSettled) this.#isCloseTold = false
  }

  /** Somebody does not know: another end with our credentials, say, that a straggler has brought to life. */
  tellCloseAgain(): void {
    this.#isCloseTold = false
  }

  /**
   * The close goes alone in its Prepare, and into replies where no Prepare has told it: the predecessor ends anew, with
   * all events, for each close that it hears.
   */
  fillClose(packet: PacketBuilder): void {
    const end = this.#end ?? violation(ErrorCode.NoError, '')
    const { errorCode, errorMessage } = end
    const frame = { type: FrameType.ConnectionClose, errorCode, errorMessage: closeMessage(errorMessage) } as const
    if (packet.kind === 'reply') {
      if (!this.#isCloseTold) packet.tryAdd(frame)
      return
    }
    this.#isCloseTold = true
    const delivery = this.#close?.deliver()
    packet.tryAdd(frame, {
      onAcked: () => ((this.#isCloseSettled = true), delivery?.onAcked()),
      onLost: () => {
        this.#isCloseTold = false
        if (--this.#attemptsLeft > 0) delivery?.onLost()
        else this.#isCloseSettled = true
      },
    })
  }
}
