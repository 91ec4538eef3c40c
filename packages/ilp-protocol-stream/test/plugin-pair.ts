import { EventEmitter } from 'node:events'
import * as IlpPacket from 'ilp-packet'
import * as Ildcp from 'ilp-protocol-ildcp'
import type { Plugin } from '../src/index.js'

type DataHandler = (data: Buffer) => Promise<Buffer>

export interface PairOptions {
  /** Destination units per source unit from the client to the server; the way back has the inverse. Default 0.5. */
  rate?: number
  /** The most a packet may carry on its way in, each way; default 1000. */
  maxAmount?: bigint
  /** Asset scales that the connector tells the two ends; default 9. They do not change the rate. */
  clientScale?: number
  serverScale?: number
}

/**
 * One end of a path of one hop: a plugin that talks to its mirror in the same process, across a connector with a rate and
 * a maximum packet amount. It reads and writes packets with `ilp-packet`, which the code under test does not use.
 */
export class PairedPlugin implements Plugin {
  rate: number
  maxAmount: bigint
  mirror!: PairedPlugin
  connections = 0
  disconnections = 0
  readonly events = new EventEmitter()
  /** Prepares that entered the path here, as they were given to `sendData`; the request for our account is not among them. */
  readonly sent: IlpPacket.IlpPrepare[] = []
  /** Bytes of the Prepares that were handed to our data handler. */
  readonly delivered: Buffer[] = []
  #isConnected = false
  #handler: DataHandler | undefined
  #faults: ((prepare: IlpPacket.IlpPrepare) => Buffer | Promise<Buffer> | undefined)[] = []

  constructor(
    readonly address: string,
    readonly assetCode: string,
    readonly assetScale: number,
    options: Required<Pick<PairOptions, 'rate' | 'maxAmount'>>,
  ) {
    this.rate = options.rate
    this.maxAmount = options.maxAmount
  }

  async connect(): Promise<void> {
    this.connections++
    this.#isConnected = true
  }

  async disconnect(): Promise<void> {
    this.disconnections++
    this.#isConnected = false
    this.events.emit('disconnect')
  }

  isConnected(): boolean {
    return this.#isConnected
  }

  /** Refuses a second handler, as `ilp-plugin-btp` does. */
  registerDataHandler(handler: DataHandler): void {
    if (this.#handler) throw new Error('requestHandler is already registered')
    this.#handler = handler
  }

  deregisterDataHandler(): void {
    this.#handler = undefined
  }

  get hasHandler(): boolean {
    return this.#handler !== undefined
  }

  /** The next packets are answered by these instead; `undefined` lets one through. */
  answerNext(...answers: ((prepare: IlpPacket.IlpPrepare) => Buffer | Promise<Buffer> | undefined)[]): void {
    this.#faults.push(...answers)
  }

  async sendData(data: Buffer): Promise<Buffer> {
    const prepare = IlpPacket.deserializeIlpPrepare(data)
    if (prepare.destination === 'peer.config') {
      const { address, assetScale, assetCode } = this
      return Ildcp.serializeIldcpResponse({ clientAddress: address, assetScale, assetCode })
    }
    this.sent.push(prepare)
    const answer = await this.#faults.shift()?.(prepare)
    return answer ?? this.forward(prepare)
  }

  /** Across the connector. */
  async forward(prepare: IlpPacket.IlpPrepare): Promise<Buffer> {
    const amount = BigInt(prepare.amount)
    if (amount > this.maxAmount) return tooLarge(amount, this.maxAmount)
    const bytes = IlpPacket.serializeIlpPrepare({ ...prepare, amount: scaled(amount, this.rate).toString() })
    return this.mirror.handle(bytes)
  }

  async handle(data: Buffer): Promise<Buffer> {
    if (this.#handler === undefined) return reject('F02', 'no data handler')
    this.delivered.push(data)
    const reply = await this.#handler(data)
    if (!this.#isConnected) throw new Error('Not connected')
    return reply
  }
}

/** A client's and a server's plugin at the two ends of one path. */
export function pluginPair({ rate = 0.5, maxAmount = 1000n, clientScale = 9, serverScale = 9 }: PairOptions = {}): {
  client: PairedPlugin
  server: PairedPlugin
} {
  const client = new PairedPlugin('test.peerA', 'ABC', clientScale, { rate, maxAmount })
  const server = new PairedPlugin('test.peerB', 'XYZ', serverScale, { rate: 1 / rate, maxAmount })
  client.mirror = server
  server.mirror = client
  return { client, server }
}

export function reject(code: string, message = '', data = Buffer.alloc(0), triggeredBy = 'test.connector'): Buffer {
  return IlpPacket.serializeIlpReject({ code, message, triggeredBy, data })
}

export function tooLarge(received: bigint, maximum: bigint): Buffer {
  const data = Buffer.alloc(16)
  data.writeBigUInt64BE(received, 0)
  data.writeBigUInt64BE(maximum, 8)
  return reject('F08', 'Packet amount too large', data)
}

/** Rounded down, with the rate as its shortest decimal, so that 0.1 is a tenth. */
function scaled(amount: bigint, rate: number): bigint {
  const [digits = '0', exponent = '0'] = rate.toExponential().split('e')
  const [whole = '0', fraction = ''] = digits.split('.')
  const power = Number(exponent) - fraction.length
  const product = amount * BigInt(whole + fraction)
  return power >= 0 ? product * 10n ** BigInt(power) : product / 10n ** BigInt(-power)
}
