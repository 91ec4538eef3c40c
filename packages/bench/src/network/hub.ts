import { deserializeIlpPrepare, serializeIlpReject } from 'ilp-packet'
import { serializeIldcpResponse } from 'ilp-protocol-ildcp'

type DataHandler = (data: Buffer) => Promise<Buffer>

export interface HubOptions {
  /** Milliseconds from one end to the other and back; 0: no timer at all, packets cross in the same turn. */
  readonly roundTrip?: number
  /** The most units a packet may carry; above it the hub answers F08. */
  readonly maxPacketAmount?: bigint
  /** The bottleneck of the way to the server: units a second, and how many may pass at once. Beyond it: T04. */
  readonly liquidity?: { readonly rate: number; readonly burst: number }
}

/** What passed, counted by the network: the contenders are checked against it. */
export interface Books {
  /** Fulfilled Prepares with an amount. */
  fulfilled: number
  /** Units they carried. */
  units: bigint
  /** Prepares of any amount that got an answer. */
  answered: number
  rejectedForLiquidity: number
}

const ASSET = { assetCode: 'ABC', assetScale: 9 }
const FULFILL = 13
const LONGEST_TIMER = 2_147_483_647

/**
 * An ILP network of one connector inside this process. It reads as little of a packet as it can, without a library, so
 * that what is measured is the two ends.
 */
export class Hub {
  readonly books: Books = { fulfilled: 0, units: 0n, answered: 0, rejectedForLiquidity: 0 }
  readonly #accounts = new Map<string, Account>()
  readonly #options: HubOptions
  readonly #started = performance.now()
  #taken = 0
  #isHalted = false
  #awaited = Infinity
  #reached: () => void = () => {}

  constructor(options: HubOptions = {}) {
    this.#options = options
  }

  /** A plugin for the account `test.<name>`. */
  account(name: string): Account {
    const account = new Account(`test.${name}`, (data) => this.#carry(data))
    this.#accounts.set(name, account)
    return account
  }

  /** From here on new Prepares vanish; what is on its way still arrives. */
  halt(): void {
    this.#isHalted = true
  }

  /** Resolves when so many Prepares with an amount have been fulfilled. One at a time. */
  whenFulfilled(count: number): Promise<void> {
    if (this.books.fulfilled >= count) return Promise.resolve()
    this.#awaited = count
    return new Promise((resolve) => (this.#reached = resolve))
  }

  /** Not an async function: at no latency its promises would be a good part of what is measured. */
  #carry(data: Buffer): Promise<Buffer> {
    if (this.#isHalted) return new Promise(() => {})
    const { amountAt, to } = addressed(data)
    const amount = data.readBigUInt64BE(amountAt)
    const { roundTrip = 0, maxPacketAmount } = this.#options
    if (maxPacketAmount !== undefined && amount > maxPacketAmount) {
      return Promise.resolve(tooLarge(amount, maxPacketAmount))
    }
    if (roundTrip === 0) return this.#pass(data, to, amount)
    return after(roundTrip / 2).then(() => this.#pass(data, to, amount))
  }

  #pass(data: Buffer, to: string, amount: bigint): Promise<Buffer> {
    if (!this.#hasLiquidity(Number(amount))) {
      this.books.rejectedForLiquidity++
      return this.#back(refusal('T04'))
    }
    const handler = this.#accounts.get(to)?.handler
    if (handler === undefined) return Promise.resolve(refusal('F02'))
    const answered = handler(data)
    const arrived = this.#options.roundTrip ? answered.then((reply) => this.#back(reply)) : answered
    return arrived.then((reply) => this.#book(reply, amount))
  }

  #back(reply: Buffer): Promise<Buffer> {
    const { roundTrip = 0 } = this.#options
    return roundTrip === 0 ? Promise.resolve(reply) : after(roundTrip / 2).then(() => reply)
  }

  #book(reply: Buffer, amount: bigint): Buffer {
    this.books.answered++
    if (reply[0] === FULFILL && amount > 0n) {
      this.books.fulfilled++
      this.books.units += amount
      if (this.books.fulfilled === this.#awaited) this.#reached()
    }
    return reply
  }

  /** Units that could have passed since the start. */
  get capacity(): number {
    const { liquidity } = this.#options
    if (liquidity === undefined) return Infinity
    return liquidity.burst + (liquidity.rate * (performance.now() - this.#started)) / 1000
  }

  #hasLiquidity(amount: number): boolean {
    const { liquidity } = this.#options
    if (liquidity === undefined || amount === 0) return true
    // A full bucket overflows: what could have passed and did not is lost.
    this.#taken = Math.max(this.#taken, this.capacity - liquidity.burst)
    if (this.#taken + amount > this.capacity) return false
    this.#taken += amount
    return true
  }
}

/** A plugin as `ilp-protocol-stream` takes it. */
export class Account {
  handler: DataHandler | undefined
  readonly #address: string
  readonly #send: DataHandler
  #isConnected = false

  constructor(address: string, send: DataHandler) {
    this.#address = address
    this.#send = send
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
    this.handler = handler
  }
  deregisterDataHandler(): void {
    this.handler = undefined
  }

  sendData(data: Buffer): Promise<Buffer> {
    if (!isIldcp(data)) return this.#send(data)
    return Promise.resolve(serializeIldcpResponse({ clientAddress: this.#address, ...ASSET }))
  }
}

/** Amount 8, expiry 17, condition 32, then the destination with its length. */
const DESTINATION_OFFSET = 8 + 17 + 32

function addressed(data: Buffer): { amountAt: number; to: string } {
  // Behind the type and a length of one byte or more.
  const amountAt = data[1]! < 0x80 ? 2 : 2 + (data[1]! & 0x7f)
  const start = amountAt + DESTINATION_OFFSET + 1 + 'test.'.length
  const end = data.indexOf(0x2e, start)
  const last = amountAt + DESTINATION_OFFSET + 1 + data[amountAt + DESTINATION_OFFSET]!
  return { amountAt, to: data.toString('latin1', start, end < 0 || end > last ? last : end) }
}

function isIldcp(data: Buffer): boolean {
  return data.length < 128 && deserializeIlpPrepare(data).destination === 'peer.config'
}

function refusal(code: string, data = Buffer.alloc(0)): Buffer {
  return serializeIlpReject({ code, message: '', triggeredBy: 'test.hub', data })
}

function tooLarge(received: bigint, maximum: bigint): Buffer {
  const data = Buffer.alloc(16)
  data.writeBigUInt64BE(received, 0)
  data.writeBigUInt64BE(maximum, 8)
  return refusal('F08', data)
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, LONGEST_TIMER)))
}
