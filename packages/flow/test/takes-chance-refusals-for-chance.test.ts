import { describe, expect, it } from 'vitest'
import { aimd, bottleneckRate, paced, type CongestionControllerFactory } from '../src/index.js'
import { seededRandom } from '../src/compliance/random-walk.js'
import { runPath, type Policy } from './model-path.js'

function carried(factory: CongestionControllerFactory, policy: Policy, until: number): number {
  const [total] = runPath([{ controller: factory(0), packetAmount: 1000n, rtt: 50 }], policy, { until })
  return total!.acked
}

describe.each([
  ['aimd', aimd()],
  ['paced aimd', paced(aimd())],
  ['bottleneckRate', bottleneckRate()],
])('%s', (_name, factory) => {
  it.each([
    [1, 600],
    [2, 600],
    [3, 600],
    [4, 2000],
  ])('keeps nine tenths of the throughput when one packet in 100 is refused (seed %i, %i ms)', (seed, until) => {
    const random = seededRandom(seed)
    const clean = carried(factory, () => 'acked', until)
    const noisy = carried(factory, () => (random() < 0.01 ? 'busy' : 'acked'), until)
    expect(noisy).toBeGreaterThan(0.9 * clean)
  })

  it.each([1, 2, 3, 4])('keeps them when the refusals name liquidity (seed %i)', (seed) => {
    const random = seededRandom(seed)
    const clean = carried(factory, () => 'acked', 2000)
    const noisy = carried(factory, () => (random() < 0.01 ? 'insufficientLiquidity' : 'acked'), 2000)
    expect(noisy).toBeGreaterThan(0.9 * clean)
  })

  it('gives way when a path carries only half of what it is sent', () => {
    // A connector that takes 200 packets a second and turns the others away: ten in a round trip.
    let level = 10
    let at = 0
    const policy: Policy = (now) => {
      level = Math.min(10, level + (now - at) / 5)
      at = now
      if (level < 1) return 'busy'
      level -= 1
      return 'acked'
    }
    const [total] = runPath([{ controller: factory(0), packetAmount: 1000n, rtt: 50 }], policy, {
      from: 5000,
      until: 20_000,
    })
    expect(total!.acked).toBeGreaterThan(0.9 * 200 * 15)
    expect(total!.refused).toBeLessThan(0.25 * total!.acked)
  })
})
