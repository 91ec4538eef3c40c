import { encodePacket, ErrorCode, FrameType, IlpPacketType, type IlpAddress } from '@stream/frames'
import { assertIlpAddress, type IlpPrepare, type IlpReject } from '@stream/frames/ilp'
import type { CryptoProvider, PacketProtection, ServerCredentials, TokenReading } from '@stream/crypto'
import { packetProtection } from '@stream/crypto'
import { receiptIssuer } from '@stream/crypto/receipt'
import type { Duration, Instant } from '@stream/flow'
import { ANSWER_MARGIN, type ConnectionOptions } from './config.js'
import { Connection } from './connection.js'
import { MAX_PACKETS } from './lifecycle.js'
import { readPacket } from './packet/read-packet.js'

type ServedOptions = Omit<ConnectionOptions, 'role' | 'protection' | 'localAddress' | 'createReceipt'>

export interface EndpointOptions {
  readonly crypto: CryptoProvider
  /** Reads the tokens in incoming addresses: `serverCredentials(crypto, serverSecret)`. */
  readonly credentials: ServerCredentials
  /** Our account's address; connections live one segment below it. */
  readonly address: IlpAddress
  /** What each new connection is given; may depend on what its token holds. */
  readonly connectionOptions: (token: TokenReading) => ServedOptions
  /**
   * Milliseconds since the Unix epoch at an instant: tokens expire in that time. Default: instants are that already.
   */
  readonly toEpoch?: ((at: Instant) => number) | undefined
  /** Connections at once, closed ones that are still remembered included. Default 100,000. */
  readonly maxConnections?: number | undefined
  /** How long a closed connection answers its stragglers. Default 30,000 ms, the lifetime of a Prepare. */
  readonly closedMemory?: Duration | undefined
}

export type Routed =
  | {
      readonly connection: Connection
      readonly isNew: boolean
      /** The segment of the address that names the connection. */
      readonly token: string
      readonly reading: TokenReading
      /** Hand it on with the input, so that the envelope is not opened twice. */
      readonly plaintext: Uint8Array | undefined
    }
  | { readonly reject: IlpReject }

const EXPIRED = 'The address has expired; ask for a new one'

/** Most packets belong to a connection that is known, whose token need not be read again: it is where somebody asks. */
class Known {
  readonly isNew = false

  constructor(
    readonly connection: Connection,
    readonly token: string,
    readonly destination: IlpAddress,
    readonly plaintext: Uint8Array | undefined,
    private readonly credentials: ServerCredentials,
  ) {}

  get reading(): TokenReading {
    return this.credentials.read(this.token)!
  }
}

/** A server without IO: finds or makes the connection an incoming Prepare belongs to (RFC 0029, 4.2). */
export class Endpoint {
  readonly #connections = new Map<string, Connection>()
  /** Where the last packet went. Packets come in trains: the next one mostly goes there too. */
  #latest: Known | undefined
  /** By token, where it says so: milliseconds since the Unix epoch. */
  readonly #expiries = new Map<string, number>()
  /** In the order of their end. */
  readonly #closed = new Map<string, Instant>()
  readonly #maxConnections: number
  readonly #closedMemory: Duration

  /** Throws when the address is not an ILP address. */
  constructor(private readonly options: EndpointOptions) {
    assertIlpAddress(options.address)
    this.#maxConnections = options.maxConnections ?? 100_000
    this.#closedMemory = options.closedMemory ?? 30_000
  }

  get connectionCount(): number {
    return this.#connections.size - this.#closed.size
  }

  /**
   * Where a Prepare goes. A connection is made only by a packet that opens with the secret of its token.
   * Unknown tokens are refused with F02, undecryptable packets with F06 whether the connection lives or not.
   */
  route(now: Instant, prepare: IlpPrepare): Routed {
    const { destination } = prepare
    const latest = this.#latest
    if (latest?.destination === destination && latest.connection.state !== 'closed') return this.#toKnown(now, latest)
    const token = this.#tokenOf(destination)
    if (token === undefined) return refuse('F02')
    const { credentials } = this.options
    const known = this.#connections.get(token)
    if (known !== undefined && known.state !== 'closed') {
      this.#latest = new Known(known, token, destination, undefined, credentials)
      return this.#toKnown(now, this.#latest)
    }
    // Whoever holds on to old packets must not make connections of them.
    if (prepare.expiresAt <= now) return refuse('R00')
    const reading = credentials.read(token)
    if (reading === undefined) return refuse('F02')
    const protection = packetProtection(this.options.crypto, reading.sharedSecret)
    const plaintext = protection.open(prepare.data)
    if (plaintext === undefined) return refuse('F06')
    if (known !== undefined && !isFresh(plaintext, prepare.data, known)) {
      return new Known(known, token, destination, plaintext, credentials)
    }
    const options = this.options.connectionOptions(reading)
    // It would be answered with R00 all the same, and leave behind a connection that nobody hears of again.
    if (prepare.expiresAt - now < (options.timeouts?.margin ?? ANSWER_MARGIN)) return refuse('R00')
    if (this.#isExpired(now, reading.expiresAt)) return this.#tellExpired(protection, plaintext, prepare.amount)
    this.#forgetOld(now)
    if (this.#connections.size >= this.#maxConnections) return refuse('T03')
    const connection = this.#create(now, this.#addressOf(token, destination), reading, options, protection)
    this.#connections.set(token, connection)
    if (reading.expiresAt !== undefined) this.#expiries.set(token, reading.expiresAt)
    this.#closed.delete(token)
    return { connection, isNew: true, token, reading, plaintext }
  }

  #toKnown(now: Instant, known: Known): Known {
    const isExpired = this.#isExpired(now, this.#expiries.get(known.token))
    if (isExpired) known.connection.close(ErrorCode.ApplicationError, EXPIRED)
    return known
  }

  /** The connection has told that it is `closed`: from now on it only answers stragglers, for a while. */
  onClosed(now: Instant, token: string): void {
    // Another one may have taken its place meanwhile.
    if (this.#connections.get(token)?.state !== 'closed') return
    this.#closed.set(token, now + this.#closedMemory)
    this.#forgetOld(now)
  }

  /** The first segment behind our account; what follows it belongs to the application. */
  #tokenOf(destination: IlpAddress): string | undefined {
    const { address } = this.options
    const start = address.length + 1
    if (!destination.startsWith(address) || destination[start - 1] !== '.') return undefined
    const end = destination.indexOf('.', start)
    return destination.slice(start, end < 0 ? destination.length : end)
  }

  /** The destination itself where nothing follows the token, which is a part of the same string in memory. */
  #addressOf(token: string, destination: IlpAddress): IlpAddress {
    const { address } = this.options
    return destination.length === address.length + 1 + token.length ? destination : `${address}.${token}`
  }

  #isExpired(now: Instant, expiresAt: number | undefined): boolean {
    if (expiresAt === undefined) return false
    return (this.options.toEpoch?.(now) ?? now) >= expiresAt
  }

  /** Whoever holds the secret learns why, in words that nobody else could have written. */
  #tellExpired(protection: PacketProtection, plaintext: Uint8Array, arrived: bigint): Routed {
    const packet = readPacket(plaintext)
    if (packet === undefined) return refuse('F06')
    const { sequence } = packet
    const close = {
      type: FrameType.ConnectionClose,
      errorCode: ErrorCode.ApplicationError,
      errorMessage: EXPIRED,
    } as const
    const answer = { ilpPacketType: IlpPacketType.Reject, sequence, prepareAmount: arrived, frames: [close] }
    return { reject: { ...refuse('F99').reject, data: protection.seal(encodePacket(answer)) } }
  }

  #create(
    now: Instant,
    localAddress: IlpAddress,
    reading: TokenReading,
    options: ServedOptions,
    protection: ConnectionOptions['protection'],
  ): Connection {
    const { crypto } = this.options
    const { receiptNonce: nonce, receiptSecret: secret } = reading
    return new Connection(
      {
        ...options,
        limits: withLimitsOf(reading, options.limits),
        role: 'server',
        protection,
        localAddress,
        createReceipt:
          nonce === undefined || secret === undefined ? undefined : receiptIssuer(crypto, { nonce, secret }),
      },
      now,
    )
  }

  #forgetOld(now: Instant): void {
    for (const [token, until] of this.#closed) {
      if (until > now) return
      this.#closed.delete(token)
      this.#connections.delete(token)
      this.#expiries.delete(token)
    }
  }
}

/**
 * Credentials may be used again after a connection has ended, but a packet of the old one must not bring it back:
 * a new client introduces itself, or starts its sequence anew in envelopes that were never seen.
 */
function isFresh(plaintext: Uint8Array, envelope: Uint8Array, closed: Connection): boolean {
  const packet = readPacket(plaintext)
  if (packet === undefined) return false
  const introduces = packet.frames.some(({ type }) => type === FrameType.ConnectionNewAddress)
  return closed.isOfAnotherClient(packet.sequence, envelope, introduces)
}

/** A token can only tighten what the server allows. */
function withLimitsOf({ receiveMax, maxPackets }: TokenReading, limits: ConnectionOptions['limits'] = {}) {
  if (receiveMax === undefined && maxPackets === undefined) return limits
  const tightest: bigint[] = [receiveMax, limits.receiveMax].filter((limit) => limit !== undefined)
  const fewest: number[] = [maxPackets, limits.sealedPackets].filter((limit) => limit !== undefined)
  return {
    ...limits,
    receiveMax: tightest.length === 0 ? undefined : tightest.reduce((a, b) => (a < b ? a : b)),
    sealedPackets: fewest.length === 0 ? undefined : Math.min(...fewest, MAX_PACKETS),
  }
}

function refuse(code: string): { reject: IlpReject } {
  return { reject: { type: 'reject', code, triggeredBy: '', message: '', data: new Uint8Array(0) } }
}
