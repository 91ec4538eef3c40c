import { onTestFinished, vi } from 'vitest'
import type { Plugin } from '../../src/index.js'

/** Milliseconds, there and back. */
export const ROUND_TRIP = 50

/**
 * From now on time passes only in `inFakeTime`, for the path and for the clocks and timers of both ends alike: however busy
 * the machine, the protocol's waits are all there is. Returns the clock: milliseconds since.
 */
export function virtualTime(): () => number {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const start = performance.now()
  return () => performance.now() - start
}

/**
 * The plugin, half a round trip from what it is connected to; counts the Prepares of STREAM that it sends. Each takes
 * `spread` milliseconds longer than the one before, there and back.
 */
export function distant(plugin: Plugin, spread = 0): { plugin: Plugin; sent: () => number } {
  const send = plugin.sendData.bind(plugin)
  let sent = 0
  plugin.sendData = async (data) => {
    const oneWay = ROUND_TRIP / 2 + spread * sent
    if (!data.includes('peer.config')) sent++
    await wait(oneWay)
    const reply = await send(data)
    await wait(oneWay)
    return reply
  }
  return { plugin, sent: () => sent }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
