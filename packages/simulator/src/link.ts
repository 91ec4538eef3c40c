import type { Duration, Instant } from '@stream/flow'
import { SimulatorError } from './errors.js'
import type { Random } from './random.js'

export interface LinkOptions {
  /** Milliseconds one way. Default 0. */
  readonly latency?: Duration
  /** Up to this many milliseconds more, drawn evenly per packet. Default 0. */
  readonly jitter?: Duration
  /** Probability from 0 to 1 that a packet never arrives. Default 0. */
  readonly loss?: number
  /** Probability from 0 to 1 that a packet may overtake those before it. Default 0: arrivals keep the order of departure. */
  readonly reorder?: number
}

export interface LinkStats {
  readonly sent: number
  readonly lost: number
}

const checkDuration = (field: string, value: number): void => {
  if (!(value >= 0 && value < Infinity)) throw new SimulatorError(field, value, 'milliseconds, 0 or more')
}

const checkProbability = (field: string, value: number): void => {
  if (!(value >= 0 && value <= 1)) throw new SimulatorError(field, value, 'a probability from 0 to 1')
}

/** One direction of a connection between two nodes: decides when a packet arrives, or that it does not. */
export class Link {
  readonly #latency: Duration
  readonly #jitter: Duration
  readonly #loss: number
  readonly #reorder: number
  readonly #random: Random
  #lastArrival: Instant = -Infinity
  #sent = 0
  #lost = 0

  constructor(options: LinkOptions, random: Random) {
    this.#latency = options.latency ?? 0
    this.#jitter = options.jitter ?? 0
    this.#loss = options.loss ?? 0
    this.#reorder = options.reorder ?? 0
    this.#random = random
    checkDuration('latency', this.#latency)
    checkDuration('jitter', this.#jitter)
    checkProbability('loss', this.#loss)
    checkProbability('reorder', this.#reorder)
  }

  /** When a packet that leaves at `now` arrives; `undefined` when it is lost. */
  transmit(now: Instant): Instant | undefined {
    this.#sent++
    if (this.#random.chance(this.#loss)) {
      this.#lost++
      return undefined
    }
    const jitter = this.#jitter > 0 ? this.#random.between(0, this.#jitter) : 0
    const arrival = now + this.#latency + jitter
    if (this.#random.chance(this.#reorder)) return arrival
    this.#lastArrival = Math.max(this.#lastArrival, arrival)
    return this.#lastArrival
  }

  stats(): LinkStats {
    return { sent: this.#sent, lost: this.#lost }
  }
}
