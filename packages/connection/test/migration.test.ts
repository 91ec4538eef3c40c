import { describe, expect, test } from 'vitest'
import { Pair, ratio, type Network } from './pair.js'
import { isFulfillable, probes } from './wire.js'

/** Worth of what the server sends, by the address it is sent to, in percent. */
const worthAt =
  (worth: (destination: string) => bigint): Network =>
  ({ amount, destination }, from) => ({ amount: from === 'client' ? amount : (amount * worth(destination)) / 100n })

const fixed = { exchangeRate: { fixed: ratio(1n) } }

/** A server that pays a client; what it is told of `moved` it knows when the client has moved to `test.moved`. */
function paid(network: Network, server: ConstructorParameters<typeof Pair>[0] = {}): Pair {
  const pair = new Pair({ network, server: { ...fixed, ...server.server } }).drive(1_000)
  pair.accept('client')
  pair.run('server', (core) => core.setSendMax(core.openStream()!, 1_000_000n))
  return pair
}

const move = (pair: Pair) => pair.run('client', (client) => client.changeLocalAddress('test.moved'))

describe('a peer that moves (RFC 0029, 4.3.2)', () => {
  test('is paid at a rate the caller knows without a probe, at the new address, too', () => {
    const pair = paid(
      worthAt(() => 100n),
      { server: { limits: { maxPacketAmount: 10_000n } } },
    ).drive(100)
    move(pair)
    pair.drive(10_000)
    expect(pair.server.stats()).toMatchObject({ totalSent: 1_000_000n, peerAddress: 'test.moved' })
    expect(pair.client.stats().totalReceived).toBe(1_000_000n)
    expect(probes(pair, 'server')).toEqual([])
    expect(pair.sent.server.some(({ destination, amount }) => destination === 'test.moved' && amount > 0n)).toBe(true)
  })

  test('from a path below the fixed rate to one that keeps it is paid there', () => {
    const pair = paid(worthAt((destination) => (destination === 'test.moved' ? 100n : 90n))).drive(1_500)
    expect(pair.server.stats()).toMatchObject({ totalSent: 0n, inFlight: { packets: 0 } })
    move(pair)
    pair.drive(20_000)
    expect(pair.server.stats()).toMatchObject({ totalSent: 1_000_000n, peerAddress: 'test.moved' })
  })

  test('while the rate is probed anew: the new path is looked at as often as the old one', () => {
    let worth = 90n
    const pair = paid(worthAt(() => worth))
    const before = probes(pair, 'server').length
    // The first look for a better rate is on its way when the client moves.
    for (let ms = 0; ms < 10_000 && probes(pair, 'server').length === before; ms++) pair.drive(1)
    expect(probes(pair, 'server').length).toBeGreaterThan(before)
    move(pair)
    pair.drive(10_000)
    expect(pair.server.stats()).toMatchObject({ totalSent: 0n, peerAddress: 'test.moved' })
    worth = 100n
    pair.drive(20_000)
    expect(pair.server.stats().totalSent).toBe(1_000_000n)
    const moved = pair.sent.server.filter(({ destination }) => destination === 'test.moved')
    expect(moved.some((prepare) => !isFulfillable(pair, prepare))).toBe(true)
  })
})
