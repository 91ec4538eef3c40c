import { describe, expect, test } from 'vitest'
import { FrameType } from '@stream/frames'
import { Pair } from './pair.js'
import { paying, read } from './wire.js'

describe('many packets', () => {
  test('are in flight at once: a thousand take less than 40 round trips (D12)', () => {
    const client = { limits: { maxPacketAmount: 1_000n } }
    const pair = new Pair({ client, latency: 25 }).drive(1_000)
    pair.accept('server')
    const start = pair.now
    let finished = Infinity
    let mostInFlight = 0
    pair.onEvent = ((previous) => (side, event, connection) => {
      previous(side, event, connection)
      if (event.type !== 'moneySent') return
      mostInFlight = Math.max(mostInFlight, connection.stats().inFlight.packets)
      if (connection.stats().totalSent === 1_000_000n) finished = pair.now
    })(pair.onEvent)
    pair.run('client', (core) => core.setSendMax(core.openStream()!, 1_000_000n))
    pair.drive(5_000)
    expect((finished - start) / 50).toBeLessThan(40)
    // As it is: 20, 40, 80, … each round trip.
    expect((finished - start) / 50).toBeLessThanOrEqual(7)
    expect(mostInFlight).toBeGreaterThan(100)
    expect(paying(pair, 'client')).toHaveLength(1_000)
    expect(pair.server.stats().totalReceived).toBe(1_000_000n)
  })

  test('of several streams share the path fairly', () => {
    const client = { limits: { maxPacketAmount: 100n } }
    const pair = new Pair({ client }).drive(1_000)
    pair.accept('server')
    const ids = pair.run('client', (core) => [1, 2, 3, 4].map(() => core.openStream()!))
    pair.run('client', (core) => ids.forEach((id) => core.setSendMax(id, 10_000n)))
    pair.drive(120)
    const sent = ids.map((id) => pair.client.streamStats(id)!).map((stats) => stats.sent + stats.held)
    expect(Math.max(...sent.map(Number)) - Math.min(...sent.map(Number))).toBeLessThanOrEqual(100)
    pair.drive(5_000)
    expect(ids.map((id) => pair.server.streamStats(id)!.received)).toEqual([10_000n, 10_000n, 10_000n, 10_000n])
  })

  test('never carry money and data together', () => {
    const pair = new Pair({ client: { limits: { maxPacketAmount: 100n } } }).drive(1_000)
    const bytes = pair.accept('server')
    pair.run('client', (core) => {
      const id = core.openStream()!
      core.setSendMax(id, 5_000n)
      core.write(id, new Uint8Array(100_000))
    })
    pair.drive(5_000)
    const packets = pair.sent.client.map((prepare) => ({ prepare, frames: read(pair, prepare).frames }))
    const both = packets.filter(
      ({ prepare, frames }) => prepare.amount > 0n && frames.some(({ type }) => type === FrameType.StreamData),
    )
    expect(both).toEqual([])
    expect(pair.server.stats().totalReceived).toBe(5_000n)
    expect(bytes.get(1)?.length).toBe(100_000)
  })

  test('waste no round trip: nothing is sent once all has arrived', () => {
    const pair = new Pair().drive(1_000)
    pair.accept('server')
    const before = pair.sent.client.length
    pair.run('client', (core) => core.setSendMax(core.openStream()!, 1_000n))
    pair.drive(20_000)
    const after = pair.sent.client.slice(before)
    expect(after.map(({ amount }) => amount).filter((amount) => amount > 0n)).toEqual([1_000n])
    expect(after.length).toBeLessThanOrEqual(2)
  })
})
