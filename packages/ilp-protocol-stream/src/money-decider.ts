import Long from 'long'
import type { ConnectionEvent } from '@stream/connection'
import { packetId } from '@stream/crypto'
import { nodeCrypto } from '@stream/crypto/node'
import type { ConnectionOpts } from './connection-options.js'
import { asBuffer } from './buffers.js'
import type { ConnectionDriver } from './driver.js'
import type { RefusalError } from './errors.js'
import { logger } from './logger.js'

type Offer = Extract<ConnectionEvent, { type: 'moneyOffered' }>

const log = logger('ShouldFulfill')

/** Asks the application whether to take a paying packet (`shouldFulfill`). */
export class MoneyDecider {
  readonly #shouldFulfill: NonNullable<ConnectionOpts['shouldFulfill']>
  readonly #sharedSecret: Uint8Array
  readonly #connectionTag: string | undefined
  /** By stream; bounded by the streams there can be. */
  #lastReasons: Map<number, Buffer> | undefined

  constructor(
    shouldFulfill: NonNullable<ConnectionOpts['shouldFulfill']>,
    sharedSecret: Uint8Array,
    connectionTag: string | undefined,
  ) {
    this.#shouldFulfill = shouldFulfill
    this.#sharedSecret = sharedSecret
    this.#connectionTag = connectionTag
  }

  decide(driver: ConnectionDriver, offer: Offer): void {
    void this.#ask(driver, offer).then(({ accept, reason }) => driver.decide(offer.id, accept, reason))
  }

  async #ask(driver: ConnectionDriver, offer: Offer): Promise<{ accept: boolean; reason?: Uint8Array | undefined }> {
    const { id, sequence, amounts } = offer
    const amount = driver.prepareOf(id)?.amount
    if (amount === undefined) return { accept: false }
    const [streamId = 0] = amounts.keys()
    try {
      const identifier = asBuffer(packetId(nodeCrypto, this.#sharedSecret, sequence))
      await this.#shouldFulfill(Long.fromString(amount.toString(), true), identifier, this.#connectionTag)
      this.#lastReasons?.delete(streamId)
      return { accept: true }
    } catch (error) {
      log.debug('application declined to fulfill packet %s: %s', sequence, error)
      return { accept: false, reason: this.#newReason(streamId, error) }
    }
  }

  /** Senders have many packets in flight and try again: the same reason is not told again until money was taken. */
  #newReason(streamId: number, error: unknown): Uint8Array | undefined {
    const { name, data } = (error ?? {}) as Partial<RefusalError>
    if (name !== 'RefusalError' || data === undefined) return undefined
    const reason = asBuffer(data)
    if (this.#lastReasons?.get(streamId)?.equals(reason) === true) return undefined
    this.#lastReasons ??= new Map()
    this.#lastReasons.set(streamId, reason)
    return reason
  }
}
