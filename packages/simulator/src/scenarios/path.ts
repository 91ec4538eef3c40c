import type { IlpAddress } from '@stream/frames/ilp'
import type { Duration } from '@stream/flow'
import type { AccountLimits } from '../connector-account.js'
import type { AttachOptions, Network } from '../network.js'
import type { Tamper } from '../packet.js'
import { queueing } from '../queueing.js'
import { chanceRefusals, inTurn } from './chance-refusals.js'
import type { Hop, LimitChange, Scenario } from './scenario.js'

/** The receiver of every scenario. */
const RECEIVER: IlpAddress = 'test.receiver'

const hopName = (index: number): string => `hop${index}`
const senderAddress = (index: number): IlpAddress => `test.hop0.sender${index}`

/** What a hop sets the neighbours that Prepares come from. */
const incomingLimits = ({ packetRate, maxPacketAmount }: Hop): AccountLimits => ({
  ...(packetRate && { packetRate }),
  ...(maxPacketAmount !== undefined && { maxPacketAmount }),
})

/** What a hop sets the neighbour that Prepares go to. */
const outgoingLimits = ({ liquidity }: Hop): AccountLimits => ({ ...(liquidity && { liquidity }) })

/** The connectors of a scenario, in a row and with their limits; where the receiver attaches is still open. */
export class ScenarioPath {
  readonly #network: Network
  readonly #scenario: Scenario

  constructor(network: Network, scenario: Scenario) {
    this.#network = network
    this.#scenario = scenario
    scenario.hops.forEach((hop, index) => {
      network.addConnector({ name: hopName(index) })
      const previous = scenario.hops[index - 1]
      if (previous === undefined) return
      // Both peers set one another these limits; what concerns the way back meets no money there.
      const limits = { ...incomingLimits(hop), ...outgoingLimits(previous) }
      const tamper = this.#meddler(previous, false)
      network.peer(hopName(index - 1), hopName(index), { limits, link: { out: { ...tamper }, in: {} } })
    })
    for (const change of scenario.changes ?? []) network.scheduler.at(change.at, () => this.#change(change))
  }

  /** Where the receiver has its place. */
  receiver(): AttachOptions {
    const { hops } = this.#scenario
    const last = hops[hops.length - 1] ?? hops[0]
    return {
      address: RECEIVER,
      connector: hopName(hops.length - 1),
      limits: outgoingLimits(last),
      link: { out: {}, in: this.#meddler(last, true) },
    }
  }

  /** Where flow number `index` has its place; all the latency of its path is on its own link. */
  sender(index: number, roundTrip: Duration): AttachOptions {
    const { hops, jitter = 0 } = this.#scenario
    return {
      address: senderAddress(index),
      connector: hopName(0),
      limits: incomingLimits(hops[0]),
      link: { latency: roundTrip / 2, jitter },
    }
  }

  #meddler(hop: Hop, isLast: boolean): { readonly tamper?: Tamper } {
    const queue = hop.queue && queueing(hop.queue)
    const { refusals } = this.#scenario
    const chance = isLast && refusals ? chanceRefusals(this.#network.random.fork('refusals'), refusals) : undefined
    const tamper = chance && queue ? inTurn(chance, queue) : (chance ?? queue)
    return { ...(tamper && { tamper }) }
  }

  #change({ hop, limits }: LimitChange): void {
    const { hops, flows } = this.#scenario
    const next = hop === hops.length - 1 ? RECEIVER : hopName(hop + 1)
    this.#network.changeLimits(hopName(hop), next, outgoingLimits(limits))
    const neighbours = hop === 0 ? flows.map((_, index) => senderAddress(index)) : [hopName(hop - 1)]
    for (const neighbour of neighbours) {
      this.#network.changeLimits(hopName(hop), neighbour, incomingLimits(limits))
    }
  }
}
