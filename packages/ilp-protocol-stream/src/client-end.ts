import type { IlpAddress, IlpPrepare } from '@stream/frames/ilp'
import type { ConnectionParts } from './connection-parts.js'
import type { ConnectionDriver } from './driver.js'
import type { MoneyDecider } from './money-decider.js'
import type { PluginTransport } from './plugin-transport.js'
import type { Answer, Receiver } from './transport.js'

/** A client's end of one connection: what the connection is told, who hears its packets, and its use of the plugin. */
export class ClientEnd implements ConnectionParts<unknown>, Receiver {
  driver: ConnectionDriver | undefined
  #isReleased = false

  constructor(
    private readonly transport: PluginTransport,
    readonly sourceAccount: IlpAddress,
    readonly localAddress: IlpAddress,
    readonly decider: MoneyDecider | undefined,
  ) {}

  onPrepare(prepare: IlpPrepare, answer: Answer): boolean {
    if (this.driver === undefined || prepare.destination !== this.localAddress) return false
    this.driver.receive(prepare, answer)
    return true
  }

  /** In the next turn: the reply that told the peer so is still on its way to the plugin. */
  onClosed(): void {
    setImmediate(() => {
      this.transport.stopReceiving(this)
      this.release()
    })
  }

  /** Gives back the use of the plugin, once. */
  release(): void {
    if (this.#isReleased) return
    this.#isReleased = true
    void this.transport.release()
  }
}
