import { deserializeIlpPrepare, deserializeIlpReply, Type } from 'ilp-packet'
import type { Plugin } from '../../src/index.js'

/**
 * A plugin that keeps the books of what passes through it: only what was fulfilled has moved. Neither implementation
 * is asked; their totals are compared with these.
 */
export class MeteredPlugin implements Plugin {
  /** Sum of the Prepares that we sent and that were fulfilled, in this end's units. */
  paid = 0n
  /** How many those were. */
  payments = 0
  /** Sum of the Prepares that we fulfilled. */
  earned = 0n
  /** Bytes of data in each Prepare and reply that left here and had any; the request for our account has none. */
  readonly dataLengths: number[] = []
  readonly #plugin: Plugin
  #refused = 0
  #onRefusal: () => void = () => {}

  constructor(plugin: Plugin) {
    this.#plugin = plugin
  }

  connect(): Promise<void> {
    return this.#plugin.connect()
  }
  disconnect(): Promise<void> {
    return this.#plugin.disconnect()
  }
  isConnected(): boolean {
    return this.#plugin.isConnected()
  }
  deregisterDataHandler(): void {
    this.#plugin.deregisterDataHandler()
  }

  /** Resolves when we have rejected `count` more Prepares with an amount; probes are among them. */
  refusals(count: number): Promise<void> {
    const enough = this.#refused + count
    return new Promise((resolve) => {
      this.#onRefusal = () => this.#refused >= enough && resolve()
    })
  }

  async sendData(data: Buffer): Promise<Buffer> {
    const { amount, data: contents } = deserializeIlpPrepare(data)
    this.#measure(contents)
    const reply = await this.#plugin.sendData(data)
    if (reply[0] === Type.TYPE_ILP_FULFILL && amount !== '0') {
      this.paid += BigInt(amount)
      this.payments++
    }
    return reply
  }

  registerDataHandler(handler: (data: Buffer) => Promise<Buffer>): void {
    this.#plugin.registerDataHandler(async (data) => {
      const { amount } = deserializeIlpPrepare(data)
      const reply = await handler(data)
      this.#measure(deserializeIlpReply(reply).data)
      if (reply[0] === Type.TYPE_ILP_FULFILL) this.earned += BigInt(amount)
      else if (amount !== '0') this.#refuse()
      return reply
    })
  }

  #measure({ length }: Buffer): void {
    if (length > 0) this.dataLengths.push(length)
  }

  #refuse(): void {
    this.#refused++
    this.#onRefusal()
  }
}
