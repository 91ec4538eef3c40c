import { describe, expect, test } from 'vitest'
import { FrameType } from '@stream/frames'
import { Pair } from './pair.js'
import { isFulfillable, money, paying, probes, read, tell } from './wire.js'

describe('money in both directions', () => {
  test('flows on one stream at the rates of both ways', () => {
    const pair = new Pair({ rate: [1n, 2n] }).drive(1_000)
    pair.accept('server')
    pair.run('client', (core) => {
      const id = core.openStream()!
      core.setReceiveMax(id, 1_000_000n)
      core.setSendMax(id, 100_000n)
    })
    pair.drive(1_000)
    pair.run('server', (core) => core.setSendMax(1, 30_000n))
    pair.drive(3_000)
    expect(pair.client.stats()).toMatchObject({ totalSent: 100_000n, totalDelivered: 50_000n, totalReceived: 60_000n })
    expect(pair.server.stats()).toMatchObject({ totalSent: 30_000n, totalDelivered: 60_000n, totalReceived: 50_000n })
  })

  // RFC 0029 4.3.1-1
  test('flows on streams that each end opens', () => {
    const pair = new Pair().drive(1_000)
    for (const side of ['client', 'server'] as const) pair.accept(side)
    for (const side of ['client', 'server'] as const) {
      for (let i = 1n; i <= 5n; i++) pair.run(side, (core) => core.setSendMax(core.openStream()!, i * 1_000n))
    }
    pair.drive(3_000)
    for (const side of ['client', 'server'] as const) {
      expect(pair.of(side).stats()).toMatchObject({ totalSent: 15_000n, totalReceived: 15_000n })
    }
    expect([1, 3, 5, 7, 9].map((id) => pair.server.streamStats(id)?.received)).toEqual([
      1_000n,
      2_000n,
      3_000n,
      4_000n,
      5_000n,
    ])
    expect([2, 4, 6, 8, 10].map((id) => pair.client.streamStats(id)?.received)).toEqual([
      1_000n,
      2_000n,
      3_000n,
      4_000n,
      5_000n,
    ])
  })
})

describe('a server', () => {
  test('probes nothing before it has money to send (E9)', () => {
    const pair = new Pair().drive(1_000)
    pair.accept('server')
    pair.run('client', (core) => core.setSendMax(core.openStream()!, 1_000n))
    pair.drive(3_000)
    expect(probes(pair, 'server')).toEqual([])
  })

  // RFC 0029 4.3.2-3, 4.3.2-4
  test('sends no money, no probe and one packet only until the address has answered (E7)', () => {
    let toVictim = 0
    const pair = new Pair({ network: ({ amount }, from) => (from === 'server' ? (toVictim++, 'drop') : { amount }) })
    pair.accept('server')
    pair.run('client', (core) => core.setReceiveMax(core.openStream()!, 1_000_000n))
    pair.drive(500)
    pair.run('server', (core) => {
      core.setSendMax(1, 1_000_000n)
      core.write(1, new Uint8Array(100_000))
    })
    pair.drive(20_000)
    expect(toVictim).toBe(1)
    expect(pair.sent.server.map(({ amount }) => amount)).toEqual([0n])
  })

  test('starts anew with an address the peer has moved to, whatever the old one still answers (E7)', () => {
    const pair = new Pair({ server: { limits: { maxPacketAmount: 1_000n } }, latency: 100 }).drive(1_000)
    pair.accept('client')
    pair.accept('server')
    pair.run('server', (core) => core.setSendMax(core.openStream()!, 5_000n))
    pair.drive(5_000)
    expect(pair.server.stats().totalSent).toBe(5_000n)
    // A volley is under way to the old address; the peer names another while it comes back.
    pair.run('server', (core) => core.setSendMax(2, 100_000n))
    pair.drive(50)
    const before = pair.sent.server.length
    const frames = [{ type: FrameType.ConnectionNewAddress, sourceAccount: 'test.victim' } as const]
    tell(pair, 'server', { sequence: 900, frames })
    pair.network = ({ amount, destination }) => (destination === 'test.victim' ? 'drop' : { amount })
    pair.drive(10_000)
    const toVictim = pair.sent.server.slice(before)
    expect(toVictim.map(({ destination, amount }) => [destination, amount])).toEqual([['test.victim', 0n]])
    // The money that was on its way to the old address has arrived.
    expect(pair.server.stats().totalSent).toBe(5_000n + 20_000n)
  })

  // RFC 0029 4.3.2-1
  test('pays at the new address once it has answered', () => {
    const pair = new Pair({ server: { limits: { maxPacketAmount: 1_000n } } }).drive(1_000)
    pair.accept('client')
    pair.run('server', (core) => core.setSendMax(core.openStream()!, 5_000n))
    pair.drive(3_000)
    pair.run('client', (core) => core.changeLocalAddress('test.elsewhere'))
    pair.drive(1_000)
    pair.run('server', (core) => core.setSendMax(2, 9_000n))
    pair.drive(3_000)
    expect(pair.server.stats()).toMatchObject({ totalSent: 9_000n, peerAddress: 'test.elsewhere' })
    expect(pair.client.stats().totalReceived).toBe(9_000n)
    const moved = pair.sent.server.filter(({ destination }) => destination === 'test.elsewhere')
    expect(moved[0]!.amount).toBe(0n)
    expect(moved.filter((prepare) => prepare.amount > 0n && isFulfillable(pair, prepare))).toHaveLength(4)
  })

  test('does not pay where an address is only asked for', () => {
    const pair = new Pair({ client: { localAddress: undefined } }).drive(1_000)
    pair.accept('server')
    const frames = [{ type: FrameType.ConnectionNewAddress, sourceAccount: '' } as const, money(1, 1n)]
    const reply = tell(pair, 'server', { sequence: 900, amount: 5n, frames })
    expect(read(pair, reply).frames).toContainEqual({
      type: FrameType.ConnectionAssetDetails,
      sourceAssetCode: 'EUR',
      sourceAssetScale: 2,
    })
    pair.run('server', (core) => core.setSendMax(1, 1_000n))
    pair.drive(5_000)
    expect(pair.sent.server).toEqual([])
    expect(paying(pair, 'server')).toEqual([])
  })
})
