import { onTestFinished, vi } from 'vitest'
import type { Plugin } from '../../src/index.js'
import { settled } from '../connected.js'

/** Milliseconds, there and back. */
export const ROUND_TRIP = 50

/**
 * Time that passes only when nothing is left to do in this instant, for the path and for the clocks and timers of both
 * ends alike: however busy the machine, the protocol's waits are all there is.
 */
export class VirtualTime {
  readonly #origin: number

  constructor() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
    this.#origin = performance.now()
  }

  get now(): number {
    return performance.now() - this.#origin
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms))
  }

  async run<T>(promise: Promise<T>): Promise<T> {
    const state = { isSettled: false }
    const settle = (): void => void (state.isSettled = true)
    promise.then(settle, settle)
    while (!state.isSettled) {
      await settled(20)
      if (!state.isSettled) vi.advanceTimersToNextTimer()
    }
    return promise
  }
}

/**
 * The plugin, half a round trip from what it is connected to; counts the Prepares of STREAM that it sends. Each takes
 * `spread` milliseconds longer than the one before, there and back.
 */
export function distant(plugin: Plugin, time: VirtualTime, spread = 0): { plugin: Plugin; sent: () => number } {
  const send = plugin.sendData.bind(plugin)
  let sent = 0
  plugin.sendData = async (data) => {
    const oneWay = ROUND_TRIP / 2 + spread * sent
    if (!data.includes('peer.config')) sent++
    await time.wait(oneWay)
    const reply = await send(data)
    await time.wait(oneWay)
    return reply
  }
  return { plugin, sent: () => sent }
}
