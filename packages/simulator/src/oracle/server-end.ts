import { Endpoint, type Connection, type ConnectionEvent } from '@stream/connection'
import { packetProtection, serverCredentials, type CryptoProvider } from '@stream/crypto'
import { bottleneckRate } from '@stream/flow'
import type { IlpAddress, IlpPrepare, IlpReply } from '@stream/frames/ilp'
import type { ConnectionSetup } from '../client.js'
import type { Attachment } from '../network.js'
import { Application, type AppHost, type AppPlan } from './application.js'
import { ConnectionEnd } from './connection-end.js'
import type { Inspector } from './inspector.js'
import type { EndTerms } from './observation.js'
import type { SkewedClock } from './skewed-clock.js'

export interface ServerEndOptions {
  readonly crypto: CryptoProvider
  readonly secret: Uint8Array
  readonly address: IlpAddress
  readonly clock: SkewedClock
  readonly inspector: Inspector
  readonly attachment: () => Attachment
  readonly setup: ConnectionSetup
  readonly terms: (name: string) => EndTerms
  readonly plan: AppPlan
  readonly appHost: (name: string) => AppHost
  readonly note?: ((text: string) => void) | undefined
}

/** One end of ours, and who uses it. `token` names the connection at both ends. */
export interface Accepted {
  readonly token: string
  readonly end: ConnectionEnd
  readonly application: Application
}

/** A server process with its connections. When it restarts, it has its secret and nothing else. */
export class ServerEnd {
  readonly accepted: Accepted[] = []
  readonly #options: ServerEndOptions
  #endpoint: Endpoint
  #byConnection = new Map<Connection, Accepted>()

  constructor(options: ServerEndOptions) {
    this.#options = options
    this.#endpoint = this.#makeEndpoint()
  }

  /**
   * A connection went without a word, having heard nothing for long, and a client of it that lives on meets one that
   * begins anew; or a clock that jumped made the server forget early which connections have ended.
   */
  get hasForgotten(): boolean {
    const { hasStepped } = this.#options.clock
    return this.accepted.some(({ end: { observation } }) => {
      return typeof observation.end === 'object' && (hasStepped || observation.end.by === 'idleTimeout')
    })
  }

  restart(): void {
    for (const { end } of this.accepted) end.vanish()
    this.#byConnection = new Map()
    this.#endpoint = this.#makeEndpoint()
  }

  receive(prepare: IlpPrepare, answer: (reply: IlpReply) => void): void {
    const { clock, inspector, address } = this.#options
    const own = { ...prepare, expiresAt: clock.fromWire(prepare.expiresAt) }
    const routed = this.#endpoint.route(clock.now, own)
    if ('reject' in routed) return answer({ ...routed.reject, triggeredBy: address })
    const { connection, isNew, token, reading, plaintext } = routed
    if (isNew && own.expiresAt <= clock.now) {
      inspector.report('I14 state machine', `server ${token.slice(0, 6)}`, 'an expired packet makes a connection')
    }
    const accepted = this.#byConnection.get(connection) ?? this.#accept(connection, token, reading.sharedSecret)
    accepted.end.receive(prepare, answer, plaintext)
  }

  #makeEndpoint(): Endpoint {
    const { crypto, secret, address, attachment, setup } = this.#options
    const credentials = serverCredentials(crypto, secret)
    const connectionOptions = () => ({ congestion: bottleneckRate(), ...setup, asset: attachment().asset })
    return new Endpoint({ crypto, credentials, address, connectionOptions })
  }

  #accept(connection: Connection, token: string, sharedSecret: Uint8Array): Accepted {
    const { crypto, clock, inspector, attachment, terms, plan, appHost, note } = this.#options
    const name = `server ${this.accepted.length + 1}`
    const endpoint = this.#endpoint
    const end: ConnectionEnd = new ConnectionEnd({
      terms: terms(name),
      connection,
      protection: packetProtection(crypto, sharedSecret),
      clock,
      inspector,
      send: (prepare, onReply) => attachment().send(prepare, onReply),
      note,
      onEvent: (event: ConnectionEvent) => {
        if (event.type === 'closed') endpoint.onClosed(clock.now, token)
        application.onEvent(event)
      },
    })
    const application: Application = new Application(plan, appHost(name), false, () => end.driver)
    const accepted = { token, end, application }
    this.#byConnection.set(connection, accepted)
    this.accepted.push(accepted)
    application.start()
    return accepted
  }
}
