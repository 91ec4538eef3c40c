import type { Plugin } from '../../src/index.js'
import { settled } from '../connected.js'

/** Milliseconds, there and back. */
export const ROUND_TRIP = 50

/** Time that passes only when nothing is left to do in this instant, so that the protocol's waits are all it measures. */
export class VirtualTime {
  now = 0
  #isOver = false
  readonly #wakeUps: { readonly at: number; readonly wake: () => void }[] = []

  wait(ms: number): Promise<void> {
    if (this.#isOver) return Promise.resolve()
    return new Promise((wake) => this.#wakeUps.push({ at: this.now + ms, wake }))
  }

  /** Nothing waits any more. */
  end(): void {
    this.#isOver = true
    for (const { wake } of this.#wakeUps.splice(0)) wake()
  }

  async runUntil(promise: Promise<unknown>): Promise<void> {
    const state = { isSettled: false }
    const settle = (): void => void (state.isSettled = true)
    promise.then(settle, settle)
    while (!state.isSettled) {
      await settled(20)
      const next = this.#wakeUps.sort((a, b) => a.at - b.at).shift()
      if (next === undefined) continue // a server that takes its time, which costs none here
      this.now = next.at
      next.wake()
    }
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
