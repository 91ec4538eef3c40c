import Long from 'long'
import type { ConnectionEvent } from '@stream/connection'
import { packetId } from '@stream/crypto'
import { nodeCrypto } from '@stream/crypto/node'
import type { ConnectionOpts } from './connection-options.js'
import { asBuffer } from './buffers.js'
import type { ConnectionDriver } from './driver.js'
import { logger } from './logger.js'

type Offer = Extract<ConnectionEvent, { type: 'moneyOffered' }>

const log = logger('ShouldFulfill')

/** Asks the application whether to take a paying packet (`shouldFulfill`). */
export class MoneyDecider {
  readonly #shouldFulfill: NonNullable<ConnectionOpts['shouldFulfill']>
  readonly #sharedSecret: Uint8Array
  readonly #connectionTag: string | undefined

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
    void this.#ask(driver, offer).then((accept) => driver.decide(offer.id, accept))
  }

  async #ask(driver: ConnectionDriver, { id, sequence }: Offer): Promise<boolean> {
    const amount = driver.prepareOf(id)?.amount
    if (amount === undefined) return false
    try {
      const identifier = asBuffer(packetId(nodeCrypto, this.#sharedSecret, sequence))
      await this.#shouldFulfill(Long.fromString(amount.toString(), true), identifier, this.#connectionTag)
      return true
    } catch (error) {
      log.debug('application declined to fulfill packet %s: %s', sequence, error)
      return false
    }
  }
}
