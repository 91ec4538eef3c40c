import type { Duration, Instant } from '@stream/flow'
import { SimulatorError } from './errors.js'
import type { Packet, Tamper } from './packet.js'

/** A node that lets Prepares wait instead of refusing them: for settlement, for liquidity, for a busy processor. */
export interface QueueOptions {
  /** Units it passes on per second. Default: as many as come. */
  readonly unitsPerSecond?: number
  /** Prepares it passes on per second. Default: as many as come. */
  readonly packetsPerSecond?: number
  /** The longest that a Prepare may wait; one that would wait longer is refused with `code`. Milliseconds. */
  readonly patience: Duration
  /** ILP error code of a refusal. Default T04. */
  readonly code?: string
}

const NO_DATA = new Uint8Array(0)

const checkRate = (field: string, rate: number): void => {
  if (!(rate > 0)) throw new SimulatorError(field, rate, 'more than 0 per second')
}

/** First come, first served. Give it as `tamper` of the direction that Prepares take; replies never wait. */
export const queueing = (options: QueueOptions): Tamper => {
  const { unitsPerSecond = Infinity, packetsPerSecond = Infinity, patience, code = 'T04' } = options
  checkRate('unitsPerSecond', unitsPerSecond)
  checkRate('packetsPerSecond', packetsPerSecond)
  if (!(patience >= 0)) throw new SimulatorError('patience', patience, 'milliseconds, 0 or more')
  let emptyAt: Instant = -Infinity
  return (packet, now) => {
    if (packet.type === 'reply') return [{ packet }]
    const begins = Math.max(now, emptyAt)
    if (begins - now > patience) return [{ packet: refusal(packet.id, code), back: true }]
    const service = Math.max(1000 / packetsPerSecond, (Number(packet.prepare.amount) * 1000) / unitsPerSecond)
    emptyAt = begins + service
    return [{ packet, delay: emptyAt - now }]
  }
}

const refusal = (id: number, code: string): Packet => ({
  type: 'reply',
  id,
  reply: { type: 'reject', code, triggeredBy: 'test.queue', message: 'queue is full', data: NO_DATA },
})
