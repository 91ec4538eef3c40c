import type { IlpAddress } from '@stream/frames'
import { ErrorCode, FrameType } from '@stream/frames'
import { LimitSync } from '@stream/flow'
import type { Violation } from './errors.js'
import { violation } from './errors.js'
import { closeFrame, OwnClose } from './own-close.js'
import type { Asset } from './path/asset.js'
import type { PacketBuilder } from './packet/packet-builder.js'
import type { Streams } from './streams/streams.js'

/** What the connection as a whole owes the peer: who and where we are, how much it may send, and the close. */
export class ConnectionControl {
  /** Whether the peer knows ours. Servers have one for the whole connection, which clients know. */
  #address: LimitSync<number> | undefined
  #asset: LimitSync<number> | undefined
  #close: OwnClose | undefined

  constructor(
    private readonly config: { readonly role: 'client' | 'server'; readonly asset: Asset },
    private readonly path: { localAddress: IlpAddress | undefined },
    private readonly streams: Streams,
    isNew: boolean,
  ) {
    if (!isNew || config.role === 'server') return
    // An empty address is none: it only asks the peer who it is, as its answer to an address would tell.
    path.localAddress ??= ''
    this.#address = new LimitSync<number>(1, { owed: true })
    this.#tellAsset()
  }

  /** We can be reached somewhere else from now on (RFC 0029, 4.3.2). */
  changeAddress(address: IlpAddress): void {
    this.path.localAddress = address
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

  /** `insist`: repeat the close when it is refused. */
  close(end: Violation, insist: boolean): void {
    this.#close = new OwnClose(end, insist)
  }

  /** Both ends close at once: nothing more to be told. */
  onPeerClosed(): void {
    if (this.#close !== undefined) this.#close.isSettled = true
  }

  /** The peer knows, or need not be told again. */
  get isCloseSettled(): boolean {
    return this.#close?.isSettled === true
  }
  get owesClose(): boolean {
    return this.#close?.isOwed === true
  }

  #owesAddress(): boolean {
    return this.#address?.owed === true
  }

  #owesAsset(): boolean {
    return this.#asset?.owed === true
  }
  /** The peer does not know where or who we are. */
  get owesUs(): boolean {
    return this.#owesAddress() || this.#owesAsset()
  }
  get isOwed(): boolean {
    const { ids, owesMaxData, owesDataBlocked } = this.streams
    return this.owesUs || owesMaxData || ids.owesMaximum || ids.owesBlocked || owesDataBlocked
  }

  /** `repeat`: until the peer has answered, every packet introduces us, whichever of them arrives first. */
  fill(packet: PacketBuilder, repeat: boolean): void {
    const isPrepare = packet.kind === 'prepare'
    const introduces = repeat && isPrepare
    const { localAddress } = this.path
    if (isPrepare && localAddress !== undefined && (this.#owesAddress() || introduces)) {
      this.#address ??= new LimitSync<number>(0)
      packet.addLimit({ type: FrameType.ConnectionNewAddress, sourceAccount: localAddress }, this.#address)
    }
    if (this.#owesAsset() || introduces) {
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
      const { blocked } = this.streams.sharedCredit
      packet.addLimit({ type: FrameType.ConnectionDataBlocked, maxOffset: blocked.value }, blocked)
    }
  }

  /** Nothing more is waited for. */
  onEnd(): void {
    this.#close?.onEnd()
  }

  /** Somebody does not know. */
  tellCloseAgain(): void {
    this.#close?.tellAgain()
  }

  /** What ended otherwise than by a close of ours ended without a fault. */
  fillClose(packet: PacketBuilder): void {
    if (this.#close === undefined) packet.tryAdd(closeFrame(violation(ErrorCode.NoError, '')))
    else this.#close.fill(packet)
  }
}
