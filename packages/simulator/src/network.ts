import type { CryptoProvider } from '@stream/crypto'
import { portableCrypto } from '@stream/crypto/portable'
import { seededCrypto } from '@stream/crypto/testing'
import type { Instant } from '@stream/flow'
import type { IlpAddress, IlpPrepare, IlpReply } from '@stream/frames/ilp'
import type { AccountId, AccountLimits, AccountOptions } from './connector-account.js'
import type { SendPrepare } from './connection-driver.js'
import { ConnectorNode } from './connector-node.js'
import type { ConnectorOptions, ConnectorStats, RequestId } from './connector.js'
import { SimulatorError } from './errors.js'
import type { Asset } from './exchange.js'
import type { NetworkEvent, Packet } from './packet.js'
import { seededRandom, type Random } from './random.js'
import { Scheduler } from './scheduler.js'
import { Wire, type WireContext, type WireOptions, type WireStats } from './wire.js'

/** A connector of the network: any of its options, by default named and addressed after `name`. */
export interface ConnectorSetup extends Partial<ConnectorOptions> {
  readonly name: string
}

/** Both directions of a link, or each by itself. */
export type WiresOptions = WireOptions | { readonly out: WireOptions; readonly in: WireOptions }

export interface PeeringOptions {
  /** The asset the two settle in. Default `XRP`, scale 9. */
  readonly asset?: Asset
  /** `out` is from the first named to the second. Default: instant and reliable. */
  readonly link?: WiresOptions
  /** Limits that each sets the other. */
  readonly limits?: Omit<AccountOptions, 'routes' | 'asset' | 'relation'>
}

export interface AttachOptions {
  readonly address: IlpAddress
  /** Name of the connector it is a child of. Default: the first. */
  readonly connector?: string
  /** Default `XRP`, scale 9. */
  readonly asset?: Asset
  /** `out` is from the endpoint to the connector. Default: instant and reliable. */
  readonly link?: WiresOptions
  /** Limits the connector sets this endpoint. */
  readonly limits?: Omit<AccountOptions, 'routes' | 'asset' | 'relation'>
}

/** Takes a Prepare that was sent to the endpoint. `reply` answers it; a second call is ignored, none lets it expire. */
export type PrepareHandler = (prepare: IlpPrepare, reply: (reply: IlpReply) => void) => void

/** An endpoint's place in the network. */
export interface Attachment {
  readonly address: IlpAddress
  readonly asset: Asset
  /** Sends a Prepare. `onReply` is called at most once, and not at all when the Prepare or its reply is lost. */
  readonly send: SendPrepare
  /** Leaves the network: what waits for it is rejected with T01, what arrives later with F02. */
  readonly detach: () => void
}

export interface NetworkOptions {
  /** Decides everything that is left to chance: the same seed and the same calls give the same run. Default 1. */
  readonly seed?: number
  /** Ciphers and hashes. Default: those that run everywhere; on Node, `nodeCrypto` makes long runs several times faster. */
  readonly crypto?: CryptoProvider
  /** What the virtual clock shows at first, in milliseconds. Default 0. */
  readonly start?: Instant
  /** Connectors in a row, each peered with the next. Default: one, `test.connector`. */
  readonly connectors?: readonly ConnectorSetup[]
  /** How those in the row are peered. */
  readonly peering?: PeeringOptions
  /** Hears of every packet on every link. Nothing is built when nobody listens. */
  readonly trace?: (event: NetworkEvent) => void
}

export interface NetworkStats {
  readonly connectors: Readonly<Record<string, ConnectorStats>>
  /** By direction, such as `'test.alice > connector'`. */
  readonly wires: Readonly<Record<string, WireStats>>
}

const DEFAULT_ASSET: Asset = { code: 'XRP', scale: 9 }

const directions = (link: WiresOptions = {}): { out: WireOptions; in: WireOptions } =>
  'out' in link ? link : { out: link, in: link }

/** Connectors, endpoints and the links between them, on one virtual clock. */
export class Network {
  readonly scheduler: Scheduler
  /** For whoever builds on the network and needs chance that the seed decides. */
  readonly random: Random
  readonly #seed: number
  readonly #crypto: CryptoProvider
  readonly #cryptosGiven = new Map<string, number>()
  readonly #context: WireContext
  readonly #nodes = new Map<string, { readonly node: ConnectorNode; readonly peers: Set<string> }>()
  readonly #homes = new Map<IlpAddress, string>()
  readonly #wires = new Map<string, Wire>()

  constructor(options: NetworkOptions = {}) {
    this.scheduler = new Scheduler(options.start)
    this.#seed = options.seed ?? 1
    this.#crypto = options.crypto ?? portableCrypto
    this.random = seededRandom(this.#seed)
    this.#context = { scheduler: this.scheduler, random: this.random.fork('links'), trace: options.trace }
    const setups = options.connectors ?? [{ name: 'connector' }]
    for (const [index, setup] of setups.entries()) {
      this.addConnector(setup)
      const previous = setups[index - 1]
      if (previous !== undefined) this.peer(previous.name, setup.name, options.peering)
    }
  }

  /**
   * Real ciphers with randomness that the seed and `name` decide: connections of equal runs send equal bytes.
   * A name that comes again, as after a restart, draws anew.
   */
  cryptoFor(name: string): CryptoProvider {
    const times = (this.#cryptosGiven.get(name) ?? 0) + 1
    this.#cryptosGiven.set(name, times)
    return seededCrypto(`${this.#seed} ${name} ${times}`, this.#crypto)
  }

  /** 32 secret bytes that the seed and `name` decide, the same each time. */
  secretFor(name: string): Uint8Array {
    return seededCrypto(`${this.#seed} secret of ${name}`, this.#crypto).randomBytes(32)
  }

  addConnector({ name, ...options }: ConnectorSetup): void {
    if (this.#nodes.has(name)) throw new SimulatorError('connector', name, 'a name that is not taken')
    const settings = { address: `test.${name}`, sha256: (data: Uint8Array) => this.#crypto.sha256(data), ...options }
    this.#nodes.set(name, { node: new ConnectorNode(name, settings, this.scheduler), peers: new Set() })
  }

  /** Makes two connectors peers; each learns the other's routes. */
  peer(first: string, second: string, { asset = DEFAULT_ASSET, link, limits }: PeeringOptions = {}): void {
    const one = this.#node(first)
    const other = this.#node(second)
    const { out, in: back } = directions(link)
    const toOther = (packet: Packet) => other.node.receive(first, packet)
    const toOne = (packet: Packet) => one.node.receive(second, packet)
    const there = this.#wire(first, second, out, toOther, toOne)
    const here = this.#wire(second, first, back, toOne, toOther)
    const account = { ...limits, routes: [], asset, relation: 'peer' } as const
    one.node.addNeighbour(second, account, (packet) => there.send(packet))
    other.node.addNeighbour(first, account, (packet) => here.send(packet))
    one.peers.add(second)
    other.peers.add(first)
    for (const [address, home] of this.#homes) this.#advertise(address, home)
  }

  /** Other limits that `connector` sets a neighbour from now on: an endpoint by its address, a peer by its name. */
  changeLimits(connector: string, neighbour: AccountId, limits: AccountLimits): void {
    this.#node(connector).node.changeLimits(neighbour, limits)
  }

  /** Gives an endpoint its place. `onPrepare` takes what is sent to `address` and everything below it. */
  attach(options: AttachOptions, onPrepare: PrepareHandler): Attachment {
    const { address, asset = DEFAULT_ASSET, limits } = options
    const home = options.connector ?? this.#firstConnector()
    if (this.#homes.has(address)) throw new SimulatorError('address', address, 'an address that is not attached yet')
    const { node } = this.#node(home)
    const { out, in: back } = directions(options.link)
    const awaited = new Map<RequestId, (reply: IlpReply) => void>()
    let nextRequestId = 0
    let attached = true
    const intoConnector = (packet: Packet) => node.receive(address, packet)
    const intoEndpoint = (packet: Packet) => {
      if (!attached) return
      if (packet.type === 'reply') {
        const onReply = awaited.get(packet.id)
        awaited.delete(packet.id)
        onReply?.(packet.reply)
        return
      }
      let answered = false
      onPrepare(packet.prepare, (reply) => {
        if (!answered && attached) toConnector.send({ type: 'reply', id: packet.id, reply })
        answered = true
      })
    }
    const toConnector = this.#wire(address, home, out, intoConnector, intoEndpoint)
    const toEndpoint = this.#wire(home, address, back, intoEndpoint, intoConnector)
    node.addNeighbour(address, { ...limits, routes: [address], asset }, (packet) => toEndpoint.send(packet))
    this.#homes.set(address, home)
    this.#advertise(address, home)
    return {
      address,
      asset,
      send: (prepare, onReply) => {
        if (!attached) return
        const id = nextRequestId++
        awaited.set(id, onReply)
        toConnector.send({ type: 'prepare', id, prepare })
      },
      detach: () => {
        if (!attached) return
        attached = false
        this.#homes.delete(address)
        awaited.clear()
        node.removeNeighbour(address)
      },
    }
  }

  stats(): NetworkStats {
    const connectors: Record<string, ConnectorStats> = {}
    for (const [name, { node }] of this.#nodes) connectors[name] = node.connector.stats()
    const wires: Record<string, WireStats> = {}
    for (const [name, wire] of this.#wires) wires[name] = wire.stats()
    return { connectors, wires }
  }

  #node(name: string) {
    const entry = this.#nodes.get(name)
    if (entry === undefined) throw new SimulatorError('connector', name, `one of ${[...this.#nodes.keys()].join(', ')}`)
    return entry
  }

  #firstConnector(): string {
    const [first] = this.#nodes.keys()
    if (first === undefined)
      throw new SimulatorError('connectors', 'empty', 'at least one connector before endpoints attach')
    return first
  }

  #wire(
    from: string,
    to: string,
    options: WireOptions,
    deliver: (packet: Packet) => void,
    turnBack: (packet: Packet) => void,
  ): Wire {
    const wire = new Wire(this.#context, from, to, options, deliver, turnBack)
    this.#wires.set(`${from} > ${to}`, wire)
    return wire
  }

  /** Tells every other connector which neighbour is on the shortest way to `address`. */
  #advertise(address: IlpAddress, home: string): void {
    const reached = new Set([home])
    for (const name of reached) {
      for (const neighbour of this.#node(name).peers) {
        if (reached.has(neighbour)) continue
        reached.add(neighbour) // A set that grows while it is walked: breadth first.
        this.#node(neighbour).node.addRoute(address, name)
      }
    }
  }
}

/** An Interledger network in virtual time. Without options: one connector at rate 1, instant links, nothing lost. */
export const simulateNetwork = (options: NetworkOptions = {}): Network => new Network(options)
