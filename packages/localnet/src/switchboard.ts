import { createHash } from 'node:crypto'
import {
  decodeIlpPrepare,
  decodeIlpReply,
  encodeIlpPrepare,
  encodeIlpReply,
  type IlpPrepare,
  type IlpReject,
  type IlpReply,
} from '@stream/frames/ilp'
import {
  Connector,
  Link,
  seededRandom,
  type Asset,
  type ConnectorStats,
  type ForwardId,
  type Random,
  type Ratio,
} from '@stream/simulator'
import { serializeIldcpResponse } from 'ilp-protocol-ildcp'
import { identify, type Credentials } from './accounts.js'
import type { BtpFault } from './btp.js'
import { DelayLine } from './delay-line.js'
import { wholeAmount, type LocalnetSettings } from './options.js'
import type { Answer, Session, SessionHost } from './session.js'

export interface LocalnetAccount {
  readonly name: string
  /** The ILP address that ILDCP gives the client. */
  readonly address: string
  readonly assetCode: string
  readonly assetScale: number
  /** Sockets that are open under this account. */
  readonly connections: number
}

/** An account and its way through the network. Prepares go to the socket that came last; replies to the one that asked. */
interface Account {
  readonly name: string
  readonly address: string
  readonly asset: Asset
  readonly sessions: Session[]
  readonly prepares: Link
  readonly replies: Link
}

interface Request {
  readonly session: Session
  readonly account: Account
  readonly btpRequestId: number
}

const NO_DATA = new Uint8Array(0)

const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest()

/** Connects sessions through one connector: what it does in virtual time elsewhere, on real sockets and the real clock. */
export class Switchboard implements SessionHost {
  readonly #settings: LocalnetSettings
  readonly #connector: Connector
  readonly #random: Random
  readonly #line = new DelayLine()
  readonly #accounts = new Map<string, Account>()
  readonly #accountOf = new Map<Session, Account>()
  readonly #requests = new Map<number, Request>()
  #nextRequestId = 0
  #expiryTimer: NodeJS.Timeout | undefined
  #expiryArmedFor = Infinity
  #draining = false
  #closing = false

  constructor(settings: LocalnetSettings) {
    this.#settings = settings
    this.#random = seededRandom(settings.seed)
    this.#connector = new Connector({
      address: settings.prefix,
      price: (from, to) => this.#price(from, to),
      fee: settings.fee,
      sha256,
    })
    for (const name of settings.accounts.keys()) this.#open(name)
  }

  login(session: Session, credentials: Credentials): BtpFault | undefined {
    const name = identify(this.#settings, credentials)
    if (typeof name !== 'string') return name
    const account = this.#accounts.get(name) ?? this.#open(name)
    if (account === undefined) return { code: 'T00', reason: 'too many accounts are connected' }
    account.sessions.push(session)
    this.#accountOf.set(session, account)
    return undefined
  }

  logout(session: Session): void {
    const account = this.#accountOf.get(session)
    if (account === undefined) return
    this.#accountOf.delete(session)
    account.sessions.splice(account.sessions.indexOf(session), 1)
    // Moved to the end, so that the first without a session is the longest absent.
    this.#accounts.delete(account.name)
    this.#accounts.set(account.name, account)
  }

  packet(session: Session, btpRequestId: number, ilp: Uint8Array): BtpFault | undefined {
    const account = this.#accountOf.get(session)
    if (account === undefined) return { code: 'F00', reason: 'not authenticated' }
    let prepare: IlpPrepare
    try {
      prepare = decodeIlpPrepare(ilp)
    } catch (error) {
      return { code: 'F01', reason: `not an ILP Prepare: ${(error as Error).message}` }
    }
    if (prepare.destination === 'peer.config') {
      session.respond(btpRequestId, this.#configOf(account))
      return undefined
    }
    const requestId = this.#nextRequestId++
    this.#requests.set(requestId, { session, account, btpRequestId })
    this.#connector.handlePrepare(Date.now(), account.name, requestId, prepare)
    this.#drain()
    return undefined
  }

  accounts(): LocalnetAccount[] {
    return [...this.#accounts.values()].map(({ name, address, asset, sessions }) => {
      return { name, address, assetCode: asset.code, assetScale: asset.scale, connections: sessions.length }
    })
  }

  stats(): ConnectorStats {
    return this.#connector.stats()
  }

  /** Answers everything that is under way with T01 and leaves no timer behind. */
  close(): void {
    this.#closing = true
    this.#line.flush()
    for (const session of this.#accountOf.keys()) session.close()
    for (const name of this.#accounts.keys()) this.#connector.removeAccount(Date.now(), name)
    this.#line.flush()
    clearTimeout(this.#expiryTimer)
    this.#requests.clear()
  }

  #price(from: Asset, to: Asset): Ratio {
    const { rate, prices } = this.#settings
    const price = from.code === to.code ? undefined : prices.get(`${from.code}/${to.code}`)
    if (price === undefined) return rate
    return { numerator: rate.numerator * price.numerator, denominator: rate.denominator * price.denominator }
  }

  #open(name: string): Account | undefined {
    const settings = this.#settings
    if (this.#accounts.size >= settings.maxAccounts && !this.#evict()) return undefined
    const own = settings.accounts.get(name) ?? {}
    const asset = { code: own.assetCode ?? settings.assetCode, scale: own.assetScale ?? settings.assetScale }
    const maxPacketAmount =
      own.maxPacketAmount === undefined ? settings.maxPacketAmount : wholeAmount('maxPacketAmount', own.maxPacketAmount)
    const address = `${settings.prefix}.${name}`
    const way = { latency: settings.oneWayMs, jitter: settings.oneWayJitterMs }
    const account: Account = {
      name,
      address,
      asset,
      sessions: [],
      prepares: new Link({ ...way, loss: settings.lossRate }, this.#random.fork(`${name} prepares`)),
      replies: new Link(way, this.#random.fork(`${name} replies`)),
    }
    this.#connector.addAccount(Date.now(), name, {
      routes: [address],
      asset,
      ...(maxPacketAmount !== undefined && { maxPacketAmount }),
      ...(settings.liquidity && { liquidity: settings.liquidity }),
      ...(settings.packetRate && { packetRate: settings.packetRate }),
    })
    this.#accounts.set(name, account)
    return account
  }

  /** Forgets the account that has been absent longest, never one of the options. */
  #evict(): boolean {
    for (const { name, sessions } of this.#accounts.values()) {
      if (sessions.length > 0 || this.#settings.accounts.has(name)) continue
      this.#accounts.delete(name)
      this.#connector.removeAccount(Date.now(), name)
      this.#drain()
      return true
    }
    return false
  }

  #configOf({ address, asset }: Account): Uint8Array {
    return serializeIldcpResponse({ clientAddress: address, assetCode: asset.code, assetScale: asset.scale })
  }

  /** Takes out what the connector decided. Calls from within only add to what the loop takes out. */
  #drain(): void {
    if (this.#draining) return
    this.#draining = true
    try {
      for (;;) {
        const output = this.#connector.pollOutput()
        if (output.type === 'timeout') return this.#armExpiry(output.at)
        if (output.type === 'prepare') this.#carryPrepare(output.account, output.id, output.prepare)
        else this.#carryReply(output.id, output.reply)
      }
    } finally {
      this.#draining = false
    }
  }

  #carryPrepare(name: string, id: ForwardId, prepare: IlpPrepare): void {
    const account = this.#accounts.get(name)
    const arrival = account?.prepares.transmit(this.#line.now())
    if (account === undefined || arrival === undefined) return // Lost: the connector times it out.
    this.#line.schedule(arrival, () => this.#deliver(account, id, prepare))
  }

  #deliver(account: Account, id: ForwardId, prepare: IlpPrepare): void {
    const session = account.sessions.at(-1)
    if (session === undefined || this.#closing) return this.#answered(id, { type: 'gone' })
    session.request(encodeIlpPrepare(prepare), prepare.expiresAt, (answer) => {
      if (answer.type === 'ilp' && this.#random.chance(this.#settings.lossRate)) return
      this.#answered(id, answer)
    })
  }

  #answered(id: ForwardId, answer: Answer): void {
    this.#connector.handleReply(Date.now(), id, this.#replyOf(answer))
    this.#drain()
  }

  #replyOf(answer: Answer): IlpReply {
    if (answer.type === 'gone') return this.#reject('T01', 'receiver is not connected')
    if (answer.type === 'error') return this.#reject('T01', `receiver gave no ILP reply: ${answer.message}`)
    try {
      return decodeIlpReply(answer.ilp)
    } catch {
      return this.#reject('T01', 'receiver gave no valid ILP reply')
    }
  }

  #carryReply(requestId: number, reply: IlpReply): void {
    const request = this.#requests.get(requestId)
    if (request === undefined) return
    this.#requests.delete(requestId)
    const arrival = this.#closing ? 0 : request.account.replies.transmit(this.#line.now())
    this.#line.schedule(arrival ?? 0, () => request.session.respond(request.btpRequestId, encodeIlpReply(reply)))
  }

  #armExpiry(at: number | undefined): void {
    if (at === undefined || at >= this.#expiryArmedFor || this.#closing) return
    clearTimeout(this.#expiryTimer)
    this.#expiryArmedFor = at
    this.#expiryTimer = setTimeout(() => this.#expire(), Math.max(0, at - Date.now()))
  }

  #expire(): void {
    this.#expiryArmedFor = Infinity
    const now = Date.now()
    for (const session of this.#accountOf.keys()) session.forgetExpired(now)
    this.#connector.handleTimeout(now)
    this.#drain()
  }

  #reject(code: string, message: string): IlpReject {
    return { type: 'reject', code, triggeredBy: this.#settings.prefix, message, data: NO_DATA }
  }
}
