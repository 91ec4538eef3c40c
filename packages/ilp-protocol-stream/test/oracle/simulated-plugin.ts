import { createHash } from 'node:crypto'
import { decodeIlpPrepare, decodeIlpReply, encodeIlpPrepare, encodeIlpReply } from '@stream/frames/ilp'
import type { Attachment } from '../../../simulator/src/network.js'
import type { PrepareHandler } from '../../../simulator/src/network.js'
import type { Random } from '../../../simulator/src/random.js'
import type { Plugin } from '../../src/index.js'

type DataHandler = (data: Buffer) => Promise<Buffer>

/** How `sendData` fails besides what the network does to packets; probabilities from 0 to 1. */
export interface PluginFaults {
  readonly throws: number
  readonly rejects: number
  readonly answersJunk: number
}

export const NO_FAULTS: PluginFaults = { throws: 0, rejects: 0, answersJunk: 0 }

/** A plugin whose uplink is a simulated network. A packet that the network loses is never answered. */
export class SimulatedPlugin implements Plugin {
  attachment: Attachment | undefined
  /** Units in Prepares that were fulfilled with the right preimage: out, and in (each envelope once). */
  paid = 0n
  fulfilled = 0n
  faults: PluginFaults = NO_FAULTS
  readonly #random: Random
  readonly #onFault: (kind: string) => void
  readonly #envelopes = new Set<string>()
  #handler: DataHandler | undefined
  #isConnected = false

  constructor(random: Random, onFault: (kind: string) => void) {
    this.#random = random
    this.#onFault = onFault
  }

  readonly onPrepare: PrepareHandler = (prepare, answer) => {
    const { data, amount } = prepare
    void this.#handler?.(Buffer.from(encodeIlpPrepare(prepare))).then((bytes) => {
      const reply = decodeIlpReply(bytes)
      const envelope = Buffer.from(data).toString('latin1')
      if (reply.type === 'fulfill' && !this.#envelopes.has(envelope)) {
        this.#envelopes.add(envelope)
        this.fulfilled += amount
      }
      answer(reply)
    })
  }

  async connect(): Promise<void> {
    this.#isConnected = true
  }

  async disconnect(): Promise<void> {
    this.#isConnected = false
  }

  isConnected(): boolean {
    return this.#isConnected
  }

  registerDataHandler(handler: DataHandler): void {
    if (this.#handler) throw new Error('a handler is registered already')
    this.#handler = handler
  }

  deregisterDataHandler(): void {
    this.#handler = undefined
  }

  get hasHandler(): boolean {
    return this.#handler !== undefined
  }

  sendData(data: Buffer): Promise<Buffer> {
    if (this.#fails('throws')) throw new Error('the plugin throws')
    if (this.#fails('rejects')) return Promise.reject(new Error('the plugin rejects'))
    if (this.#fails('answersJunk')) return Promise.resolve(Buffer.from(this.#random.bytes(this.#random.integer(60))))
    const prepare = decodeIlpPrepare(data)
    return new Promise((resolve) => {
      this.attachment?.send(prepare, (reply) => {
        const isPaid =
          reply.type === 'fulfill' &&
          createHash('sha256').update(reply.fulfillment).digest().equals(prepare.executionCondition)
        if (isPaid) this.paid += prepare.amount
        resolve(Buffer.from(encodeIlpReply(reply)))
      })
    })
  }

  #fails(kind: keyof PluginFaults): boolean {
    if (!this.#random.chance(this.faults[kind])) return false
    this.#onFault(`plugin ${kind}`)
    return true
  }
}
