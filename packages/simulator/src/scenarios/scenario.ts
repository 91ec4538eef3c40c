import type { Duration, Instant } from '@stream/flow'
import type { QueueOptions } from '../queueing.js'
import type { TokenBucketOptions } from '../token-bucket.js'

/** A path, what uses it and what happens to it: data, so that a scenario can be read, printed and compared. */
export interface Scenario {
  /** Letters, digits and dashes; what the command line and the files of a run call it. */
  readonly name: string
  /** One line for people. */
  readonly title: string
  /** Virtual milliseconds. */
  readonly duration: Duration
  /** One per connector, from the senders to the receiver. */
  readonly hops: readonly [Hop, ...Hop[]]
  /** Connections, all to the same receiver. */
  readonly flows: readonly [Flow, ...Flow[]]
  /** Prepares that the last hop refuses by chance, whatever their amount. */
  readonly refusals?: ChanceRefusals
  /** Up to this many milliseconds more in each direction, drawn evenly per packet; order is kept. Default 0. */
  readonly jitter?: Duration
  /** What changes on the way, in the order of time. */
  readonly changes?: readonly LimitChange[]
  /** Milliseconds between two samples. Default 100. */
  readonly sampleInterval?: Duration
  /** The scenario that differs from this one only in having no refusals by chance; throughput is compared with it. */
  readonly baseline?: string
}

/** What one connector does to the packets that pass. */
export interface Hop {
  /** Units a second that it sends on to the next node; above it T04, at once. */
  readonly liquidity?: TokenBucketOptions
  /** Prepares a second that it takes from each neighbour it hears from; above it T05. */
  readonly packetRate?: TokenBucketOptions
  /** The most that one Prepare may carry; above it F08. */
  readonly maxPacketAmount?: bigint
  /** Lets Prepares wait on their way to the next node. */
  readonly queue?: QueueOptions
}

export interface Flow {
  /** Milliseconds from the sender to the receiver and back, without queues and jitter. */
  readonly roundTrip: Duration
  /** Default 0. */
  readonly startsAt?: Instant
  /**
   * `money` and `data`: as much as the connection lets through. Otherwise `amount` units every `interval` milliseconds.
   * Default `money`.
   */
  readonly load?: Load
}

export type Load = 'money' | 'data' | { readonly amount: bigint; readonly interval: Duration }

export interface ChanceRefusals {
  /** From 0 to 1, per Prepare. */
  readonly probability: number
  /** ILP error codes, drawn evenly. */
  readonly codes: readonly string[]
}

export interface LimitChange {
  readonly at: Instant
  /** Index into `hops`. */
  readonly hop: number
  /** Limits that are named change; queues do not. */
  readonly limits: Omit<Hop, 'queue'>
}

/** Milliseconds between two samples where a scenario does not say otherwise. */
export const DEFAULT_SAMPLE_INTERVAL: Duration = 100
