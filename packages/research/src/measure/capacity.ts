import type { Instant } from '@stream/flow'
import type { Hop, Scenario } from '@stream/simulator/scenarios'

/** What the narrowest place of a path lets through. */
export interface Capacity {
  /** Whether source units or packets are what is scarce. */
  readonly unit: 'amount' | 'packets'
  /** Per second. */
  readonly rateAt: (at: Instant) => number
  /** Units or packets that may pass at once after a pause; 0: no limit of that kind. */
  readonly burst: number
  /** When the rate changes. */
  readonly changes: readonly Instant[]
  /** What could pass between two instants, were every moment used. */
  readonly between: (from: Instant, to: Instant) => number
}

interface Limit {
  readonly rate: number
  readonly burst: number
}

const UNLIMITED: Limit = { rate: Infinity, burst: 0 }

const narrowest = (limits: readonly (Limit | undefined)[]): Limit =>
  limits.reduce<Limit>((least, limit) => (limit !== undefined && limit.rate < least.rate ? limit : least), UNLIMITED)

const bucket = (limit: Hop['liquidity']): Limit | undefined =>
  limit && { rate: Number(limit.rate), burst: Number(limit.burst) }

const ofMoney = ({ liquidity, queue }: Hop): Limit =>
  narrowest([bucket(liquidity), { rate: queue?.unitsPerSecond ?? Infinity, burst: 0 }])

const ofPackets = ({ packetRate, queue }: Hop): Limit =>
  narrowest([bucket(packetRate), { rate: queue?.packetsPerSecond ?? Infinity, burst: 0 }])

/** A scenario without any limit has a capacity of Infinity packets. */
export const capacityOf = (scenario: Scenario): Capacity => {
  const unit = narrowest(scenario.hops.map(ofMoney)).rate < Infinity ? 'amount' : 'packets'
  const limitOf = (hops: readonly Hop[]): Limit => narrowest(hops.map(unit === 'amount' ? ofMoney : ofPackets))
  const steps: { readonly at: Instant; readonly rate: number }[] = [{ at: 0, rate: limitOf(scenario.hops).rate }]
  const hops: Hop[] = [...scenario.hops]
  for (const { at, hop, limits } of scenario.changes ?? []) {
    hops[hop] = { ...hops[hop], ...limits }
    const { rate } = limitOf(hops)
    if (rate !== steps[steps.length - 1]?.rate) steps.push({ at, rate })
  }
  return {
    unit,
    burst: limitOf(scenario.hops).burst,
    changes: steps.slice(1).map(({ at }) => at),
    rateAt: (at) => steps.reduce((rate, step) => (step.at <= at ? step.rate : rate), steps[0]?.rate ?? Infinity),
    between: (from, to) =>
      steps.reduce((sum, { at, rate }, index) => {
        const begins = Math.max(from, at)
        const ends = Math.min(to, steps[index + 1]?.at ?? Infinity)
        return ends > begins ? sum + (rate * (ends - begins)) / 1000 : sum
      }, 0),
  }
}

/** The rate as a line to draw, to the end; nothing where there is no limit. */
export const rateSteps = (
  { rateAt, changes }: Capacity,
  end: Instant,
): readonly { readonly at: Instant; readonly value: number }[] =>
  rateAt(0) === Infinity ? [] : [0, ...changes, end].map((at) => ({ at, value: rateAt(at) }))
