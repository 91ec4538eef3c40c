import type { Duration, Instant } from '@stream/flow'

/** What a flow did, one number per sample; sample `i` covers the `interval` milliseconds from `i * interval` on. */
export interface FlowSeries {
  readonly interval: Duration
  /** Packets that left, and what they carried in source units. */
  readonly packetsSent: readonly number[]
  readonly amountSent: readonly number[]
  /** Packets that the path carried. */
  readonly packetsDelivered: readonly number[]
  /** Source units that were fulfilled. */
  readonly amountDelivered: readonly number[]
  /** Bytes of streams that the receiving application has read. */
  readonly bytesDelivered: readonly number[]
  /** Packets that the path did not carry, by reason. */
  readonly insufficientLiquidity: readonly number[]
  readonly busy: readonly number[]
  readonly lost: readonly number[]
  /** The window at the end of the sample: packets, and source units (Infinity: not limited). */
  readonly windowPackets: readonly number[]
  readonly windowAmount: readonly number[]
  /** In flight at the end of the sample. */
  readonly inFlightPackets: readonly number[]
  readonly inFlightAmount: readonly number[]
  /** Milliseconds from leaving to the answer, summed over the packets delivered in the sample; and the longest. */
  readonly answerTime: readonly number[]
  readonly longestAnswerTime: readonly number[]
  /** The most that left within any one millisecond that ended in the sample: packets and source units. */
  readonly burstPackets: readonly number[]
  readonly burstAmount: readonly number[]
}

type Column = Exclude<keyof FlowSeries, 'interval'>
export type MutableSeries = { readonly [K in Column]: number[] } & { readonly interval: Duration }

const BURST_SPAN: Duration = 1

/** Collects the samples of one flow. Every figure is booked in the sample in which it happened. */
export class FlowRecorder {
  readonly series: MutableSeries
  readonly #samples: number
  readonly #recent: { readonly at: Instant; readonly amount: number }[] = []

  /** @param samples How many there will be; what happens later counts for the last. */
  constructor(interval: Duration, samples: number) {
    const zeros = (): number[] => Array.from({ length: samples }, () => 0)
    this.#samples = samples
    this.series = {
      interval,
      packetsSent: zeros(),
      amountSent: zeros(),
      packetsDelivered: zeros(),
      amountDelivered: zeros(),
      bytesDelivered: zeros(),
      insufficientLiquidity: zeros(),
      busy: zeros(),
      lost: zeros(),
      windowPackets: zeros(),
      windowAmount: zeros(),
      inFlightPackets: zeros(),
      inFlightAmount: zeros(),
      answerTime: zeros(),
      longestAnswerTime: zeros(),
      burstPackets: zeros(),
      burstAmount: zeros(),
    }
  }

  add(now: Instant, column: Column, value: number): void {
    const index = this.#index(now)
    this.series[column][index] = (this.series[column][index] ?? 0) + value
  }

  raise(now: Instant, column: Column, value: number): void {
    const index = this.#index(now)
    this.series[column][index] = Math.max(this.series[column][index] ?? 0, value)
  }

  /** Sets the value of sample number `index`. */
  set(index: number, column: Column, value: number): void {
    this.series[column][index] = value
  }

  sent(now: Instant, amount: number): void {
    this.add(now, 'packetsSent', 1)
    this.add(now, 'amountSent', amount)
    this.#recent.push({ at: now, amount })
    while (this.#recent[0] !== undefined && this.#recent[0].at <= now - BURST_SPAN) this.#recent.shift()
    this.raise(now, 'burstPackets', this.#recent.length)
    this.raise(
      now,
      'burstAmount',
      this.#recent.reduce((sum, packet) => sum + packet.amount, 0),
    )
  }

  #index(now: Instant): number {
    return Math.min(this.#samples - 1, Math.floor(now / this.series.interval))
  }
}
