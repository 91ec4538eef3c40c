import { Buffer } from 'node:buffer'
import { nodeCrypto } from '@stream/crypto/node'
import { packetProtection } from '@stream/crypto'
import { decodeIlpPrepare, decodeIlpReply, encodeIlpPrepare, encodeIlpReply, type IlpReply } from '@stream/frames/ilp'
import predecessor from 'predecessor'
import { vi } from 'vitest'
import { decimalRatio } from '../../src/exchange.js'
import { simulateNetwork, type Attachment, type Network } from '../../src/network.js'
import { ByteCheck, patternAt } from '../../src/oracle/byte-pattern.js'
import { FaultCounts } from '../../src/oracle/fault.js'
import { HostilePeer } from '../../src/oracle/hostile-peer.js'
import { Inspector, type Violation } from '../../src/oracle/inspector.js'
import { Observation, type ArrivedPrepare, type Books, type StreamBooks } from '../../src/oracle/observation.js'
import { FaultyPath } from '../../src/oracle/path.js'
import type { Scenario } from '../../src/oracle/scenario.js'

/** The part of the predecessor's interface that is used here. */
interface Stream extends NodeJS.EventEmitter {
  readonly id: number
  readonly totalSent: string
  readonly totalReceived: string
  setSendMax(amount: string): void
  setReceiveMax(amount: string): void
  write(bytes: Uint8Array): void
  read(): Uint8Array | null
}
interface Connection extends NodeJS.EventEmitter {
  readonly totalSent: string
  readonly totalReceived: string
  readonly minimumAcceptableExchangeRate: string
  createStream(): Stream
}
type DataHandler = (data: Buffer) => Promise<Buffer>

const START = 1_700_000_000_000
/** Milliseconds between two looks at the predecessor, which lives on timers and promises. */
const TICK = 5
const CALM = 45_000
const MAX_AMOUNT = String(2n ** 64n - 1n)
const NO_LIMIT = 2 ** 31

/** One end that runs the predecessor, on record. */
class PredecessorEnd {
  connection: Connection | undefined
  readonly observation: Observation
  readonly #streams = new Map<number, Stream>()
  readonly #answered: ArrivedPrepare[] = []
  readonly #checks = new Map<number, ByteCheck>()
  #dataHandler: DataHandler = () => Promise.reject(new Error('nobody listens'))

  constructor(
    readonly name: 'client' | 'server',
    private readonly network: Network,
    private readonly inspector: Inspector,
    secret: Uint8Array,
    isPeerHonest: boolean,
  ) {
    const terms = {
      name,
      isPeerHonest,
      hasPeerForgotten: () => false,
      maxPacketAmount: 2n ** 64n - 1n,
      pathFailures: 0,
      idle: 0,
      grace: 0,
      sendBuffer: NO_LIMIT,
      maxStreamWindow: NO_LIMIT,
      maxConnectionWindow: NO_LIMIT,
      padPackets: false,
      givesReceipts: false,
      verifyReceipt: undefined,
    }
    const protection = packetProtection(nodeCrypto, secret)
    this.observation = new Observation(terms, protection, () => this.#books(), network.scheduler.now)
    inspector.watch(this.observation)
  }

  plugin(attachment: () => Attachment) {
    return {
      connect: () => Promise.resolve(),
      disconnect: () => Promise.resolve(),
      isConnected: () => true,
      deregisterDataHandler: () => {},
      registerDataHandler: (handler: DataHandler) => void (this.#dataHandler = handler),
      sendData: (bytes: Buffer): Promise<Buffer> => {
        const prepare = decodeIlpPrepare(bytes)
        if (prepare.destination === 'peer.config') return Promise.resolve(ownAddress(attachment()))
        const rate = this.connection?.minimumAcceptableExchangeRate
        const sent = this.observation.onSent(this.now, prepare, rate === undefined ? undefined : decimalRatio(rate))
        this.inspector.onSent(this.observation, sent)
        return new Promise((resolve) =>
          attachment().send(prepare, (reply) => {
            const isNews = this.observation.onReply(this.now, sent, reply)
            this.inspector.onReply(this.observation, sent, reply, this.now, isNews)
            resolve(Buffer.from(encodeIlpReply(reply)))
          }),
        )
      },
    }
  }

  get now(): number {
    return this.network.scheduler.now
  }

  receive(prepare: Parameters<typeof encodeIlpPrepare>[0], answer: (reply: IlpReply) => void): void {
    const arrived = this.observation.onArrival(this.now, prepare)
    void this.#dataHandler(Buffer.from(encodeIlpPrepare(prepare))).then((bytes) => {
      const reply = decodeIlpReply(bytes)
      this.observation.onAnswer(this.now, arrived, reply)
      // It does not say which packet a `money` event is for; a Fulfill of money means that there was one.
      if (reply.type === 'fulfill' && arrived.packet !== undefined) arrived.credited = prepare.amount
      this.#answered.push(arrived)
      answer(reply)
    })
  }

  use(connection: Connection): void {
    this.connection = connection
    connection.on('error', () => {})
    connection.on('stream', (stream: Stream) => {
      this.watch(stream)
      stream.setReceiveMax(MAX_AMOUNT)
    })
  }

  watch(stream: Stream): void {
    this.#streams.set(stream.id, stream)
    const check = new ByteCheck(stream.id, this.name === 'server')
    this.#checks.set(stream.id, check)
    stream.on('error', () => {})
    stream.on('money', (amount: string) => {
      this.observation.toldReceived += BigInt(amount)
      this.observation.tally(stream.id).received += BigInt(amount)
    })
    stream.on('outgoing_money', (amount: string) => {
      this.observation.toldSent += BigInt(amount)
      this.observation.tally(stream.id).sent += BigInt(amount)
    })
    stream.on('data', (bytes: Uint8Array) => this.inspector.report('I6 bytes', this.name, check.take(bytes)))
  }

  bytesRead(id: number): number {
    return this.#checks.get(id)?.position ?? 0
  }

  /** To be called when no promise of it waits for a microtask any more. */
  check(): void {
    if (this.connection === undefined) return
    this.observation.onChange()
    for (const arrived of this.#answered.splice(0)) this.inspector.afterAnswer(this.observation, arrived)
    this.inspector.afterStep(this.observation, this.now)
  }

  #books(): Books {
    const { totalSent = '0', totalReceived = '0' } = this.connection ?? {}
    const unlimited = {
      sendMax: 2n ** 64n,
      receiveMax: 2n ** 64n,
      held: 0n,
      readableBytes: 0,
      unsentBytes: 0,
      receipt: undefined,
    }
    const streams = [...this.#streams.values()].map((stream): StreamBooks => ({
      ...unlimited,
      id: stream.id,
      sent: BigInt(stream.totalSent),
      received: BigInt(stream.totalReceived),
    }))
    const [sent, received] = [BigInt(totalSent), BigInt(totalReceived)]
    return { sent, received, minimumRate: undefined, packetsInFlight: 0, streams }
  }
}

/** What a connector tells its child: address, scale and asset code, each string with its length before it (RFC 0031). */
function ownAddress({ address, asset }: Attachment): Buffer {
  const string = (text: string) => Uint8Array.of(text.length, ...Buffer.from(text))
  const data = Uint8Array.of(...string(address), asset.scale, ...string(asset.code))
  return Buffer.from(encodeIlpReply({ type: 'fulfill', fulfillment: new Uint8Array(32), data }))
}

/** Plays a scenario with the published predecessor at the honest ends, and says what the invariants found. */
export async function runPredecessor(scenario: Scenario): Promise<readonly Violation[]> {
  vi.useFakeTimers({ now: START, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  try {
    return await play(scenario)
  } finally {
    vi.useRealTimers()
  }
}

async function play(scenario: Scenario): Promise<readonly Violation[]> {
  const network = simulateNetwork({ seed: scenario.seed, crypto: nodeCrypto, start: START, connectors: [] })
  const { scheduler } = network
  const inspector = new Inspector(scheduler)
  const counts = new FaultCounts()
  const path = new FaultyPath({
    scenario,
    random: network.random.fork('faults'),
    counts,
    startedAt: START,
    minimumOf: () => undefined,
  })
  for (const setup of path.connectors()) network.addConnector(setup)
  const ends: PredecessorEnd[] = []
  const advance = async (ms: number): Promise<void> => {
    for (const until = scheduler.now + ms; scheduler.now < until;) {
      scheduler.run({ until: scheduler.now + TICK })
      await vi.advanceTimersByTimeAsync(TICK)
      for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve))
      for (const end of ends) end.check()
    }
  }
  /** Time must go on for a promise to settle that waits for the network. */
  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    const fate = { isSettled: false }
    promise.then(
      () => (fate.isSettled = true),
      () => (fate.isSettled = true),
    )
    for (let ticks = 0; !fate.isSettled && ticks < 1000; ticks++) await advance(TICK)
    return promise
  }

  /** The server's end has the keys of its connection, which the listener makes up first. */
  const served: { by?: PredecessorEnd } = {}
  let onData: DataHandler | undefined
  const serverWires = path.wires(1)
  const serverAttachment: Attachment = network.attach(
    {
      address: 'test.c0.server',
      connector: 'c0',
      asset: { code: 'A1', scale: 9 },
      link: { out: serverWires.towardsClient, in: serverWires.towardsServer },
    },
    (prepare, answer) => served.by?.receive(prepare, answer),
  )
  const isHostile = scenario.hostile !== undefined
  const listener = new predecessor.Server({
    plugin: {
      connect: () => Promise.resolve(),
      disconnect: () => Promise.resolve(),
      isConnected: () => true,
      deregisterDataHandler: () => {},
      registerDataHandler: (handler: DataHandler) => void (onData = handler),
      sendData: (bytes: Buffer) =>
        served.by?.plugin(() => serverAttachment).sendData(bytes) ?? Promise.resolve(ownAddress(serverAttachment)),
    },
    serverSecret: Buffer.from(network.secretFor('server')),
  })
  await settled(listener.listen())
  const receipts = scenario.receipts
    ? { receiptNonce: Buffer.alloc(16, 1), receiptSecret: Buffer.from(network.secretFor('receipts')) }
    : {}
  const { destinationAccount, sharedSecret } = listener.generateAddressAndSecret(receipts)
  const server = new PredecessorEnd('server', network, inspector, sharedSecret, !isHostile)
  served.by = server
  ends.push(server)
  if (onData !== undefined) server.plugin(() => serverAttachment).registerDataHandler(onData)
  listener.on('connection', (connection: unknown) => server.use(connection as Connection))

  const clientWires = path.wires(0)
  let onPrepare: PredecessorEnd['receive'] = () => {}
  const clientAttachment: Attachment = network.attach(
    {
      address: 'test.c0.client1',
      connector: 'c0',
      asset: { code: 'A0', scale: 9 },
      link: { out: clientWires.towardsServer, in: clientWires.towardsClient },
    },
    (prepare, answer) => onPrepare(prepare, answer),
  )
  if (scenario.hostile !== undefined) {
    const peer = new HostilePeer({
      plan: scenario.hostile.plan,
      random: network.random.fork('hostile peer'),
      counts,
      protection: packetProtection(nodeCrypto, sharedSecret),
      scheduler,
      send: clientAttachment.send,
      victim: () => destinationAccount,
      localAddress: clientAttachment.address,
      isClient: true,
    })
    peer.start()
    await advance(scenario.faultsUntil)
    return inspector.violations
  }

  const client = new PredecessorEnd('client', network, inspector, sharedSecret, true)
  onPrepare = (prepare, answer) => client.receive(prepare, answer)
  const connecting = predecessor.createConnection({
    plugin: client.plugin(() => clientAttachment),
    destinationAccount,
    sharedSecret,
    slippage: 0.01,
    maximumPacketAmount: String(scenario.client.maxPacketAmount),
  })
  client.use(await settled(connecting))
  ends.push(client)
  for (const plan of scenario.client.app.streams) {
    await advance(Math.max(0, plan.openAt - (scheduler.now - START)))
    const stream = client.connection?.createStream()
    if (stream === undefined) throw new Error('the predecessor opened no stream')
    client.watch(stream)
    if (plan.amount > 0n) stream.setSendMax(String(plan.amount))
    for (let written = 0; written < plan.bytes; written += plan.piece) {
      stream.write(Uint8Array.from({ length: plan.piece }, (_, i) => patternAt(stream.id, true, written + i)))
      await advance(plan.pause)
    }
    await advance(Math.max(0, scenario.faultsUntil - (scheduler.now - START)))
    await advance(CALM)
    const read = server.bytesRead(stream.id)
    inspector.report('I6 bytes', 'server', read < plan.bytes ? `only ${read} of ${plan.bytes} bytes came` : undefined)
  }
  inspector.atEnd()
  return inspector.violations
}
