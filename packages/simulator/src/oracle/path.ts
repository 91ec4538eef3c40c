import type { Ratio } from '@stream/connection'
import type { Instant } from '@stream/flow'
import { encodeAmountTooLarge, type IlpPrepare } from '@stream/frames/ilp'
import type { ConnectorSetup } from '../network.js'
import type { Packet, Tamper } from '../packet.js'
import type { Random } from '../random.js'
import type { WireOptions } from '../wire.js'
import type { FaultCounts, FaultPlan } from './fault.js'
import { faultyHop } from './faulty-hop.js'
import type { HopPlan, Scenario } from './scenario.js'

export interface PathOptions {
  readonly scenario: Scenario
  readonly random: Random
  readonly counts: FaultCounts
  readonly startedAt: Instant
  readonly minimumOf: (prepare: IlpPrepare) => bigint | undefined
  readonly note?: ((text: string) => void) | undefined
}

/** The way from client to server as the scenario describes it: its connectors, and the wires of every hop. */
export class FaultyPath {
  readonly #options: PathOptions
  /** Each connector's price now. */
  readonly prices: { numerator: bigint; denominator: bigint }[]

  constructor(options: PathOptions) {
    this.#options = options
    this.prices = options.scenario.connectors.map(({ price }) => ({ ...price }))
  }

  /** The further from the client, the higher the index. What goes back is exchanged back. */
  connectors(): ConnectorSetup[] {
    return this.#options.scenario.connectors.map(({ fee }, index) => ({
      name: `c${index}`,
      fee,
      price: (from) => {
        const { numerator, denominator } = this.prices[index] ?? { numerator: 1n, denominator: 1n }
        const isTowardsServer = from.code === `A${index}`
        return isTowardsServer ? { numerator, denominator } : { numerator: denominator, denominator: numerator }
      },
    }))
  }

  /** What the whole path makes of one unit now, one way. */
  rate(direction: 'towardsServer' | 'towardsClient'): Ratio {
    let [numerator, denominator] = [1n, 1n]
    this.#options.scenario.connectors.forEach(({ fee }, index) => {
      const price = this.prices[index] ?? { numerator: 1n, denominator: 1n }
      const isThere = direction === 'towardsServer'
      numerator *= (isThere ? price.numerator : price.denominator) * (fee.denominator - fee.numerator)
      denominator *= (isThere ? price.denominator : price.numerator) * fee.denominator
    })
    return { numerator, denominator }
  }

  /** The two directions of hop `index`; hop 0 is the client's. */
  wires(index: number, name = `hop ${index}`): { towardsServer: WireOptions; towardsClient: WireOptions } {
    const hop = this.#options.scenario.hops[index]
    if (hop === undefined) throw new RangeError(`no hop ${index}`)
    return {
      towardsServer: this.#wire(hop, hop.towardsServer, `${name} up`),
      towardsClient: this.#wire(hop, hop.towardsClient, `${name} down`),
    }
  }

  #wire(hop: HopPlan, plan: FaultPlan, name: string): WireOptions {
    const { scenario, random, counts, startedAt, minimumOf, note } = this.#options
    const until = startedAt + scenario.faultsUntil
    const faults = faultyHop({
      plan,
      random: random.fork(name),
      counts,
      until,
      startedAt,
      minimumOf,
      note: note && ((text) => note(`${name}: ${text}`)),
    })
    const limited: Tamper = (packet, now) =>
      this.#tooLarge(hop, packet, now < until ? now - startedAt : -1) ?? faults(packet, now)
    return { latency: hop.latency, jitter: hop.jitter, tamper: hop.packetLimits.length > 0 ? limited : faults }
  }

  #tooLarge({ packetLimits }: HopPlan, packet: Packet, elapsed: number): ReturnType<Tamper> | undefined {
    if (packet.type !== 'prepare') return undefined
    const limit = packetLimits.filter(({ from }) => from <= elapsed).at(-1)?.limit
    const { amount } = packet.prepare
    if (limit === undefined || amount <= limit) return undefined
    this.#options.counts.count('packet limit')
    const data = encodeAmountTooLarge({ receivedAmount: amount, maximumAmount: limit })
    const reply = { type: 'reject', code: 'F08', triggeredBy: 'test.limit', message: '', data } as const
    return [{ packet: { type: 'reply', id: packet.id, reply }, back: true }]
  }
}
