import { FlowUsageError, assertAtLeast } from '../errors.js'
import { INITIAL_PACKET_WINDOW, UNLIMITED_AMOUNT } from './controller.js'
import type { CongestionController, CongestionControllerFactory, InFlight, Instant } from './controller.js'

export interface FixedWindowOptions {
  /** Packets in flight. Default: 20, the initial window of {@link aimd}. */
  readonly packets?: number
  /** Source units in flight. Default: not limited. */
  readonly amount?: bigint
}

/**
 * A window that never changes: for measuring, for tests, and for a path whose capacity is known.
 *
 * @throws FlowUsageError when a window is smaller than 1 or the amount does not fit an ILP packet.
 */
export function fixedWindow(options: FixedWindowOptions = {}): CongestionControllerFactory {
  const window: InFlight = Object.freeze({
    packets: options.packets ?? INITIAL_PACKET_WINDOW,
    amount: options.amount ?? UNLIMITED_AMOUNT,
  })
  assertAtLeast('The packet window', window.packets, 1)
  if (window.amount < 1n || window.amount > UNLIMITED_AMOUNT) {
    throw new FlowUsageError(`The amount window is ${window.amount}; expected 1 to 2^64 - 1 source units`)
  }
  return () => new FixedWindow(window)
}

class FixedWindow implements CongestionController {
  readonly #window: InFlight

  constructor(window: InFlight) {
    this.#window = window
  }

  window(): InFlight {
    return this.#window
  }

  nextSendTime(now: Instant): Instant {
    return now
  }

  onPacketSent(): void {}

  onPacketAcked(): void {}

  onCongestion(): void {}

  onPathChanged(): void {}

  metrics(): Readonly<Record<string, number | bigint>> {
    return { packetWindow: this.#window.packets, amountWindow: this.#window.amount }
  }
}
