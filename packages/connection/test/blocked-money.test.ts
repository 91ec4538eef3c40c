import { describe, expect, test } from 'vitest'
import { FrameType } from '@stream/frames'
import { fixedWindow } from '@stream/flow'
import { Pair, ratio, type Network } from './pair.js'
import { paying, read, tooLarge } from './wire.js'

const closedStreams = (pair: Pair) => pair.eventsOf('client', 'streamClosed').map(({ streamId }) => streamId)

function pay(pair: Pair, amount: bigint): number {
  return pair.run('client', (client) => {
    const id = client.openStream()!
    client.setSendMax(id, amount)
    return id
  })
}

describe('a stream that is closed with money left', () => {
  test('closes when the rest is too little to deliver anything', () => {
    const pair = new Pair({ rate: [1n, 100n] }).drive(1_000)
    pair.accept('server')
    const id = pay(pair, 5n)
    pair.run('client', (client) => client.closeStream(id))
    pair.drive(1_000)
    expect(closedStreams(pair)).toEqual([id])
    expect(pair.client.stats().totalSent).toBe(0n)
  })

  test('sends what can be sent first, and closes at once when only a crumb is left', () => {
    const pair = new Pair({ rate: [1n, 100n], client: { exchangeRate: { probe: true, slippage: ratio(0n) } } }).drive(
      1_000,
    )
    pair.accept('server')
    const id = pay(pair, 1_000n)
    pair.drive(1_000)
    // The one unit that all last packets share is lost here, so that the next stream has none to lose.
    const second = pay(pair, 1_199n)
    pair.run('client', (client) => client.closeStream(second))
    pair.drive(1_000)
    const third = pay(pair, 1_050n)
    pair.run('client', (client) => client.closeStream(third))
    const before = pair.now
    pair.drive(300)
    expect(pair.now - before).toBe(300)
    expect(closedStreams(pair)).toEqual([second, third])
    expect(pair.client.streamStats(id)).toMatchObject({ sent: 1_000n, delivered: 10n })
    expect(pair.client.stats()).toMatchObject({ totalSent: 3_199n, totalDelivered: 31n })
  })

  test('closes when what the peer still accepts is less than one unit is worth', () => {
    const pair = new Pair({ rate: [1_000n, 1n] }).drive(1_000)
    pair.accept('server', 1_500n)
    const id = pay(pair, 10n)
    pair.drive(2_000)
    expect(pair.server.stats().totalReceived).toBe(1_000n)
    pair.run('client', (client) => client.closeStream(id))
    pair.drive(1_000)
    expect(closedStreams(pair)).toEqual([id])
    expect(pair.client.stats().totalSent).toBe(1n)
  })

  test('closes when the peer accepts nothing more', () => {
    const pair = new Pair().drive(1_000)
    pair.accept('server', 400n)
    const id = pay(pair, 1_000n)
    pair.drive(2_000)
    pair.run('client', (client) => client.closeStream(id))
    pair.drive(1_000)
    expect(closedStreams(pair)).toEqual([id])
    expect(pair.client.stats().totalSent).toBe(400n)
  })

  test('does not close while a passing limit of the path keeps the money', () => {
    let isDown = true
    const pair = new Pair({ rate: [1n, 2n] }).drive(1_000)
    const fair = pair.network
    const network: Network = (prepare, from, now) =>
      isDown && prepare.amount > 0n ? tooLarge(prepare.amount, 1n) : fair(prepare, from, now)
    pair.network = network
    pair.accept('server')
    const id = pay(pair, 1_000n)
    pair.run('client', (client) => client.closeStream(id))
    pair.drive(3_000)
    expect(closedStreams(pair)).toEqual([])
    isDown = false
    pair.drive(10_000)
    expect(closedStreams(pair)).toEqual([id])
    expect(pair.client.stats()).toMatchObject({ totalSent: 1_000n, totalDelivered: 500n })
  })
})

describe('StreamMoneyBlocked', () => {
  // RFC 0029 4.4.4-5
  test('tells how much a stream would send once the peer accepts nothing more', () => {
    const pair = new Pair().drive(1_000)
    pair.accept('server', 400n)
    const id = pay(pair, 1_000n)
    pair.drive(2_000)
    const frames = pair.sent.client.flatMap((prepare) => read(pair, prepare).frames)
    expect(frames.filter(({ type }) => type === FrameType.StreamMoneyBlocked)).toEqual([
      { type: FrameType.StreamMoneyBlocked, streamId: id, sendMax: 1_000n, totalSent: 400n },
    ])
  })

  test('is answered with a limit that has grown meanwhile', () => {
    const pair = new Pair().drive(1_000)
    pair.accept('server', 400n)
    pay(pair, 1_000n)
    pair.drive(2_000)
    pair.run('server', (server) => server.setReceiveMax(1, 700n))
    pair.drive(2_000)
    expect(pair.server.stats().totalReceived).toBe(700n)
    pair.run('server', (server) => server.setReceiveMax(1, 5_000n))
    pair.drive(2_000)
    expect(pair.server.stats().totalReceived).toBe(1_000n)
  })
})

describe('streams that share a small window', () => {
  test('are all served in the end, also where small packets deliver nothing', () => {
    const congestion = fixedWindow({ packets: 10, amount: 2_500n })
    const pair = new Pair({ rate: [1n, 1_000n], client: { congestion } }).drive(2_000)
    pair.accept('server')
    const ids = [pay(pair, 2_000n), pay(pair, 3_000n), pay(pair, 4_000n), pay(pair, 5_000n)]
    pair.drive(20_000)
    // What is left is not worth a unit.
    const rests = ids.map((id) => pair.client.streamStats(id)!).map(({ sendMax, sent }) => sendMax - sent)
    expect(rests.every((rest) => rest < 1_000n)).toBe(true)
    expect(ids.every((id) => pair.client.streamStats(id)!.isFlushed)).toBe(true)
    expect(paying(pair, 'client').every(({ minimum }) => minimum > 0n)).toBe(true)
  })
})
