import { FlowUsageError, assertAtLeast } from '../errors.js'
import { MAX_PACKET_WINDOW, UNLIMITED_AMOUNT } from './controller.js'
import type {
  CongestionController,
  CongestionControllerFactory,
  Duration,
  InFlight,
  Instant,
  SentPacketInfo,
} from './controller.js'

export interface FixedRateOptions {
  /** Source units that leave in a second. Default: not limited. */
  readonly unitsPerSecond?: number
  /** Packets that leave in a second, those without money included. Default: not limited. */
  readonly packetsPerSecond?: number
  /** Packets in flight at most. Default: 1000, so that a path that answers nothing is not flooded for ever. */
  readonly packets?: number
}

/**
 * A rate that never changes, each packet as long after the one before as that one's amount takes: for measuring, and
 * for a path whose rate is agreed. Time that was not used is lost, so no burst ever leaves.
 *
 * @throws FlowUsageError when no rate is given, or one is not a finite number above 0.
 */
export function fixedRate(options: FixedRateOptions): CongestionControllerFactory {
  const { unitsPerSecond = Infinity, packetsPerSecond = Infinity, packets = MAX_PACKET_WINDOW } = options
  if (unitsPerSecond === Infinity && packetsPerSecond === Infinity) {
    throw new FlowUsageError('No rate is given; expected unitsPerSecond, packetsPerSecond, or both')
  }
  assertRate('unitsPerSecond', unitsPerSecond)
  assertRate('packetsPerSecond', packetsPerSecond)
  assertAtLeast('The packet window', packets, 1)
  const window = Object.freeze({ packets, amount: UNLIMITED_AMOUNT })
  return (now) => new FixedRate({ window, perUnit: 1000 / unitsPerSecond, perPacket: 1000 / packetsPerSecond }, now)
}

function assertRate(what: string, rate: number): void {
  // Below this a packet would wait for longer than a double can count in milliseconds.
  if (rate >= Number.MIN_VALUE * 2 ** 100 && rate <= Infinity) return
  throw new FlowUsageError(`${what} is ${rate}; expected a number above 0`)
}

interface Pace {
  readonly window: InFlight
  /** Milliseconds that one source unit takes. */
  readonly perUnit: Duration
  /** Milliseconds that one packet takes. */
  readonly perPacket: Duration
}

class FixedRate implements CongestionController {
  readonly #pace: Pace
  #nextAt: Instant

  constructor(pace: Pace, now: Instant) {
    this.#pace = pace
    this.#nextAt = now
  }

  window(): InFlight {
    return this.#pace.window
  }

  nextSendTime(now: Instant): Instant {
    return Math.max(now, this.#nextAt)
  }

  onPacketSent(now: Instant, packet: SentPacketInfo): void {
    this.#nextAt = Math.min(Math.max(now, this.#nextAt) + this.#interval(packet), Number.MAX_SAFE_INTEGER)
  }

  onPacketAcked(): void {}

  onCongestion(): void {}

  /** The first packets of a large payment may carry far more than a path lets pass: what was not sent takes no time. */
  onAmountRefused(now: Instant, packet: SentPacketInfo): void {
    const refund = this.#interval(packet) - this.#pace.perPacket
    this.#nextAt = Math.max(now, packet.sentAt + this.#pace.perPacket, this.#nextAt - refund)
  }

  onPathChanged(now: Instant): void {
    this.#nextAt = now
  }

  #interval({ amount }: SentPacketInfo): Duration {
    return Math.max(Number(amount) * this.#pace.perUnit, this.#pace.perPacket)
  }

  metrics(): Readonly<Record<string, number | bigint>> {
    return {
      packetWindow: this.#pace.window.packets,
      unitInterval: this.#pace.perUnit,
      packetInterval: this.#pace.perPacket,
    }
  }
}
