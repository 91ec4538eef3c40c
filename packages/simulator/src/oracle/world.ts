import { Connection } from '@stream/connection'
import { packetProtection, serverCredentials, type CryptoProvider, type PacketProtection } from '@stream/crypto'
import { verifyReceipt } from '@stream/crypto/receipt'
import { bottleneckRate } from '@stream/flow'
import { DecodeError, decodePacket } from '@stream/frames'
import type { IlpPrepare } from '@stream/frames/ilp'
import type { ConnectionSetup } from '../client.js'
import { simulateNetwork, type Attachment, type Network } from '../network.js'
import { Application, type AppHost } from './application.js'
import { ConnectionEnd } from './connection-end.js'
import { FaultCounts } from './fault.js'
import { HostilePeer } from './hostile-peer.js'
import { Inspector } from './inspector.js'
import type { EndTerms } from './observation.js'
import { FaultyPath } from './path.js'
import type { EndPlan, Scenario } from './scenario.js'
import { ServerEnd, type Accepted } from './server-end.js'
import { SkewedClock } from './skewed-clock.js'

/** Some day, in whole milliseconds: expiries travel as dates. */
const START = 1_700_000_000_000
const GRACE = 1_000
const MAX_WINDOW = 1 << 24

export interface WorldOptions {
  readonly scenario: Scenario
  readonly crypto: CryptoProvider
  readonly note?: ((text: string) => void) | undefined
}

/** Everything a scenario names, built: the network, both ends, whoever is hostile, and the inspector that watches. */
export class World {
  readonly scenario: Scenario
  readonly network: Network
  readonly counts = new FaultCounts()
  readonly inspector: Inspector
  readonly path: FaultyPath
  readonly clocks: { readonly client: SkewedClock; readonly server: SkewedClock }
  readonly clients: Accepted[] = []
  /** Nothing new goes wrong any more. */
  isCalm = false
  /** Whoever is hostile says nothing any more, so that connections can end. */
  isDraining = false
  readonly server: ServerEnd | undefined
  readonly #crypto: CryptoProvider
  readonly #note: ((text: string) => void) | undefined
  readonly #secret: Uint8Array
  readonly #receiptSecret: Uint8Array
  readonly #protections: PacketProtection[] = []
  readonly #serverAttachment: Attachment
  #hostileServer: { peer: HostilePeer; protection: PacketProtection } | undefined
  #connectionsMade = 0
  #restarts = 0
  #moves = 0

  constructor({ scenario, crypto, note }: WorldOptions) {
    this.scenario = scenario
    this.#note = note
    const random = { of: (name: string) => this.network.random.fork(name) }
    this.network = simulateNetwork({ seed: scenario.seed, crypto, start: START, connectors: [] })
    const { scheduler } = this.network
    this.#crypto = this.network.cryptoFor('ends')
    this.inspector = new Inspector(
      {
        get now() {
          return scheduler.now - START
        },
      },
      undefined,
      note,
    )
    this.path = new FaultyPath({
      scenario,
      random: random.of('faults'),
      counts: this.counts,
      startedAt: START,
      minimumOf: (prepare) => this.#minimumOf(prepare),
      note,
    })
    this.clocks = { client: new SkewedClock(scheduler), server: new SkewedClock(scheduler) }
    this.#secret = this.network.secretFor('server')
    this.#receiptSecret = this.network.secretFor('receipts')
    this.#buildPath()
    this.#serverAttachment = this.#attachServer()
    if (scenario.hostile?.end !== 'server') this.server = this.#makeServer()
  }

  get now(): number {
    return this.network.scheduler.now - START
  }

  /** Every end of ours, living or not. */
  ends(): Accepted[] {
    return [...this.clients, ...(this.server?.accepted ?? [])]
  }

  /** Leaves nothing between the last two things that happened unchecked. */
  check(): void {
    for (const { end } of this.clients) end.check()
    for (const { end } of this.server?.accepted ?? []) end.check()
  }

  restartServer(): void {
    this.#restarts++
    this.server?.restart()
  }

  /** The newest client can be reached at another address from now on. */
  moveClient(): void {
    const client = this.clients.at(-1)
    if (client === undefined || this.scenario.hostile !== undefined) return
    const { connection, driver, isOpen } = client.end
    if (!isOpen) return
    const address = `test.c0.moved${++this.#moves}`
    const { towardsServer, towardsClient } = this.path.wires(0, `hop 0 of move ${this.#moves}`)
    const link = { out: towardsServer, in: towardsClient }
    this.network.attach({ address, connector: 'c0', asset: { code: 'A0', scale: 9 }, link }, (prepare, answer) =>
      client.end.receive(prepare, answer),
    )
    driver.run(() => connection.changeLocalAddress(address))
  }

  // ── the network ───────────────────────────────────────────────────────────────

  #buildPath(): void {
    const setups = this.path.connectors()
    setups.forEach((setup, index) => {
      this.network.addConnector(setup)
      const previous = setups[index - 1]
      if (previous === undefined) return
      const { towardsServer, towardsClient } = this.path.wires(index)
      const liquidity = this.scenario.connectors[index - 1]?.liquidity
      this.network.peer(previous.name, setup.name, {
        asset: { code: `A${index}`, scale: 9 },
        link: { out: towardsServer, in: towardsClient },
        ...(liquidity && { limits: { liquidity } }),
      })
    })
  }

  #attachServer(): Attachment {
    const last = this.scenario.connectors.length
    const { towardsServer, towardsClient } = this.path.wires(last)
    const connector = `c${last - 1}`
    return this.network.attach(
      {
        address: `test.${connector}.server`,
        connector,
        asset: { code: `A${last}`, scale: 9 },
        link: { out: towardsClient, in: towardsServer },
      },
      (prepare, answer) => {
        if (this.server !== undefined) return this.server.receive(prepare, answer)
        this.#receiveAsHostileServer(prepare, answer)
      },
    )
  }

  #receiveAsHostileServer(prepare: IlpPrepare, answer: Parameters<HostilePeer['receive']>[1]): void {
    const packet = this.#hostileServer && readWith(this.#hostileServer.protection, prepare.data)
    if (packet === undefined || this.isDraining) return
    this.#hostileServer?.peer.receive(prepare, answer, packet)
  }

  #minimumOf({ data }: IlpPrepare): bigint | undefined {
    for (const protection of this.#protections) {
      const packet = readWith(protection, data)
      if (packet !== undefined) return packet.prepareAmount
    }
    return undefined
  }

  // ── the ends ──────────────────────────────────────────────────────────────────

  #makeServer(): ServerEnd {
    const { scenario } = this
    return new ServerEnd({
      crypto: this.#crypto,
      secret: this.#secret,
      address: `test.c${scenario.connectors.length - 1}.server`,
      clock: this.clocks.server,
      inspector: this.inspector,
      attachment: () => this.#serverAttachment,
      setup: setupOf(scenario.server),
      terms: (name) => this.#terms(name, scenario.server, scenario.hostile === undefined),
      plan: scenario.server.app,
      appHost: (name) => this.#appHost(name, this.clocks.server),
      note: this.#note,
    })
  }

  #terms(name: string, plan: EndPlan, isPeerHonest: boolean): EndTerms {
    const isClient = name.startsWith('client')
    return {
      name,
      isPeerHonest,
      hasPeerForgotten: () => this.#restarts > 0 || this.server?.hasForgotten === true,
      maxPacketAmount: plan.maxPacketAmount,
      pathFailures: plan.pathFailures,
      idle: plan.idle,
      grace: GRACE,
      sendBuffer: plan.sendBuffer,
      maxStreamWindow: MAX_WINDOW,
      maxConnectionWindow: MAX_WINDOW,
      padPackets: plan.padPackets,
      givesReceipts: !isClient && this.scenario.receipts,
      verifyReceipt:
        isClient && this.scenario.receipts
          ? (receipt) => verifyReceipt(this.#crypto, receipt, this.#receiptSecret)
          : undefined,
    }
  }

  #appHost(name: string, clock: SkewedClock): AppHost {
    return {
      random: this.network.random.fork(`application of ${name}`),
      clock,
      isCalm: () => this.isCalm,
      count: (kind) => this.counts.count(kind),
      block: (duration) => clock.step(duration),
      report: (invariant, what) => {
        // Whoever holds the keys writes what it likes.
        if (this.scenario.hostile === undefined) this.inspector.report(invariant, name, what)
      },
    }
  }

  /** A client connects, with credentials of its own. */
  connect(): void {
    const { scenario, network } = this
    if (this.#connectionsMade >= scenario.connections) return
    const index = ++this.#connectionsMade
    const credentials = serverCredentials(this.#crypto, this.#secret).create(
      scenario.receipts ? { receiptNonce: this.#crypto.randomBytes(16), receiptSecret: this.#receiptSecret } : {},
    )
    const protection = packetProtection(this.#crypto, credentials.sharedSecret)
    this.#protections.unshift(protection)
    const address = `test.c0.client${index}`
    const destination = `${this.#serverAttachment.address}.${credentials.token}`
    const { towardsServer, towardsClient } = this.path.wires(0, `hop 0 of client ${index}`)
    let onPrepare: (prepare: IlpPrepare, answer: Parameters<HostilePeer['receive']>[1]) => void = () => {}
    const attachment = network.attach(
      { address, connector: 'c0', asset: { code: 'A0', scale: 9 }, link: { out: towardsServer, in: towardsClient } },
      (prepare, answer) => onPrepare(prepare, answer),
    )
    const hostile = (localAddress: string, send: Attachment['send'], victim: () => string | undefined) =>
      new HostilePeer({
        plan: scenario.hostile?.plan ?? { packets: 0, pause: 1000, nastiness: 0 },
        random: network.random.fork(`hostile peer ${index}`),
        counts: this.counts,
        protection,
        scheduler: network.scheduler,
        send,
        victim,
        localAddress,
        isClient: scenario.hostile?.end === 'client',
      })
    if (scenario.hostile?.end === 'client') {
      const peer = hostile(address, attachment.send, () => destination)
      onPrepare = (prepare, answer) => {
        const packet = readWith(protection, prepare.data)
        if (packet !== undefined && !this.isDraining) peer.receive(prepare, answer, packet)
      }
      peer.start()
      return
    }
    const client = this.#makeClient(index, attachment, credentials.token, protection)
    onPrepare = (prepare, answer) => client.end.receive(prepare, answer)
    if (scenario.hostile?.end !== 'server') return
    const peer = hostile(destination, this.#serverAttachment.send, () => address)
    this.#hostileServer = { peer, protection }
    peer.start()
  }

  #makeClient(index: number, attachment: Attachment, token: string, protection: PacketProtection): Accepted {
    const { scenario } = this
    const clock = this.clocks.client
    const name = `client ${index}`
    const connection = new Connection(
      {
        congestion: bottleneckRate(),
        ...setupOf(scenario.client),
        role: 'client',
        protection,
        localAddress: attachment.address,
        peerAddress: `${this.#serverAttachment.address}.${token}`,
        asset: attachment.asset,
      },
      clock.now,
    )
    const end: ConnectionEnd = new ConnectionEnd({
      terms: this.#terms(name, scenario.client, scenario.hostile === undefined),
      connection,
      protection,
      clock,
      inspector: this.inspector,
      send: attachment.send,
      note: this.#note,
      onEvent: (event) => application.onEvent(event),
    })
    const application: Application = new Application(
      scenario.client.app,
      this.#appHost(name, clock),
      true,
      () => end.driver,
    )
    const client = { token, end, application }
    this.clients.push(client)
    end.driver.run(() => {})
    application.start()
    return client
  }
}

function setupOf(plan: EndPlan): ConnectionSetup {
  const { rate, slippage } = plan
  return {
    exchangeRate: { slippage, probe: rate === 'probe', ...(typeof rate === 'object' && { fixed: rate }) },
    limits: {
      maxPacketAmount: plan.maxPacketAmount,
      pathFailures: plan.pathFailures,
      streamWindow: plan.streamWindow,
      maxStreamWindow: MAX_WINDOW,
      maxConnectionWindow: MAX_WINDOW,
      sendBuffer: plan.sendBuffer,
    },
    timeouts: { packet: plan.packetTimeout, idle: plan.idle, grace: GRACE },
    offerMoney: plan.asksForOffers,
    padPackets: plan.padPackets,
  }
}

function readWith(protection: PacketProtection, data: Uint8Array) {
  const plaintext = protection.open(data)
  if (plaintext === undefined) return undefined
  try {
    return decodePacket(plaintext)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}
