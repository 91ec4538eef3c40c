import { describe, expect, test } from 'vitest'
import { Pair } from './pair.js'
import { paying } from './wire.js'

const MINUTE = 60_000

/** Two hops that round: worth 1.3, but only whole tens arrive. */
const inTens = ({ amount }: { readonly amount: bigint }) => ({ amount: (amount / 10n) * 13n })

/** A new stream of the client's that is to close once so much is sent. */
function payAndClose(pair: Pair, amount: bigint): number {
  return pair.run('client', (core) => {
    const id = core.openStream()!
    core.setSendMax(id, amount)
    core.closeStream(id)
    return id
  })
}

describe('a rest that loses too much to the roundings of several hops', () => {
  const client = { limits: { maxPacketAmount: 1_000n } }

  test('is tried a few times, and its stream closes when it was asked to', () => {
    const pair = new Pair({ client, network: inTens })
    pair.accept('server')
    const streamId = payAndClose(pair, 3_008n)
    pair.drive(MINUTE / 2)
    expect(pair.client.stats().totalSent).toBe(3_000n)
    expect(pair.eventsOf('client', 'streamClosed')).toMatchObject([{ streamId, by: 'local', errorCode: 1 }])
    expect(paying(pair, 'client').filter(({ amount }) => amount === 8n).length).toBeLessThanOrEqual(3)
  })

  test('is not given up as soon where it is the rate that may be too low', () => {
    let isHonest = false
    const underpaid = ({ amount }: { readonly amount: bigint }) => ({ amount: isHonest ? amount * 2n : amount })
    const honestToProbes = (prepare: { readonly amount: bigint; readonly executionCondition: Uint8Array }) =>
      prepare.amount === 1_500n ? underpaid(prepare) : { amount: prepare.amount * 2n }
    const pair = new Pair({ client: { limits: { maxPacketAmount: 1_600n } }, network: honestToProbes })
    pair.accept('server')
    const streamId = pair.run('client', (core) => core.openStream()!)
    pair.run('client', (core) => core.setSendMax(streamId, 1_500n))
    pair.drive(MINUTE / 3)
    expect(paying(pair, 'client').length).toBeGreaterThan(3)
    expect(pair.client.streamStats(streamId)).toMatchObject({ sent: 0n, isFlushed: false })
    isHonest = true
    pair.drive(MINUTE)
    expect(pair.client.streamStats(streamId)).toMatchObject({ sent: 1_500n, isFlushed: true })
  })

  test('is given up where two amounts are tried in turn', () => {
    // Worth 0.314 over three hops that round: 13 delivers 2 and 11 delivers 1, where 3 are wanted.
    const threeHops = ({ amount }: { readonly amount: bigint }) => ({ amount: (((amount * 9n) / 10n) * 349n) / 1_000n })
    const pair = new Pair({
      client: { exchangeRate: { slippage: { numerator: 9n, denominator: 200n } } },
      network: threeHops,
    })
    pair.accept('server')
    const streamId = pair.run('client', (core) => core.openStream()!)
    pair.run('client', (core) => core.setSendMax(streamId, 13n))
    pair.drive(MINUTE)
    expect(pair.client.streamStats(streamId)).toMatchObject({ isFlushed: true })
    const tries = paying(pair, 'client').length
    pair.drive(2 * MINUTE)
    expect(paying(pair, 'client').length).toBe(tries)
  })

  test('is given up, too, where it is more than one packet carries and the part that goes first is refused', () => {
    // Three hops that round: 1905 should deliver 331, but only 330 of them arrive.
    const threeHops = ({ amount }: { readonly amount: bigint }) => {
      const second = (((amount * 3n) / 40n) * 42n) / 17n
      return { amount: (second * 16n) / 17n }
    }
    const exchangeRate = { probe: true, slippage: { numerator: 1n, denominator: 500n } }
    const pair = new Pair({ client: { exchangeRate, limits: { maxPacketAmount: 1_905n } }, network: threeHops })
    pair.accept('server')
    const streamId = payAndClose(pair, 4_824n)
    pair.drive(MINUTE / 2)
    expect(pair.client.stats().totalSent).toBe(1_014n)
    expect(pair.eventsOf('client', 'streamClosed')).toMatchObject([{ streamId, by: 'local', errorCode: 1 }])
  })

  test('goes when there is more to go with it', () => {
    const pair = new Pair({ client, network: inTens })
    pair.accept('server')
    const streamId = pair.run('client', (core) => core.openStream()!)
    pair.run('client', (core) => core.setSendMax(streamId, 3_008n))
    pair.drive(MINUTE / 2)
    expect(pair.client.streamStats(streamId)).toMatchObject({ sent: 3_000n, isFlushed: true })
    pair.run('client', (core) => core.setSendMax(streamId, 4_000n))
    pair.drive(MINUTE / 2)
    expect(pair.client.streamStats(streamId)).toMatchObject({ sent: 4_000n })
  })
})
