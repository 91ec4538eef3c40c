import { describe, expect, test } from 'vitest'
import { packetProtection } from '@stream/crypto'
import { nodeCrypto } from '@stream/crypto/node'
import { aimd } from '@stream/flow'
import { decodePacket, FrameType } from '@stream/frames'
import { Connection } from '../src/index.js'
import { Pair, ratio, type PairOptions } from './pair.js'

const minimum = ratio(49n, 100n)
const MAX_WINDOW = 1 << 18

describe('a client that knows the least it accepts', () => {
  test('pays in its first packet, which also introduces it and opens the stream', () => {
    const protection = packetProtection(nodeCrypto, new Uint8Array(32))
    const client = new Connection(
      {
        role: 'client',
        protection,
        congestion: aimd(),
        localAddress: 'test.client',
        peerAddress: 'test.server.token',
        asset: { code: 'USD', scale: 9 },
        exchangeRate: { minimum },
      },
      0,
    )
    client.setSendMax(client.openStream()!, 1_000n)
    const output = client.pollOutput(0)
    if (output.type !== 'prepare') throw new Error(`expected a Prepare, got ${output.type}`)
    expect(output.prepare.amount).toBe(1_000n)
    const { prepareAmount, frames } = decodePacket(protection.open(output.prepare.data)!)
    // The last packet of a stream may lose one unit to rounding.
    expect(prepareAmount).toBe(489n)
    expect(frames).toEqual([
      { type: FrameType.ConnectionNewAddress, sourceAccount: 'test.client' },
      { type: FrameType.ConnectionAssetDetails, sourceAssetCode: 'USD', sourceAssetScale: 9 },
      { type: FrameType.ConnectionMaxData, maxOffset: 1 << 20 },
      { type: FrameType.StreamMoney, streamId: 1, shares: 1_000n },
      { type: FrameType.StreamMaxData, streamId: 1, maxOffset: MAX_WINDOW },
    ])
    expect(client.pollOutput(0).type).toBe('timeout')
  })

  const paying = (amount: bigint, options: PairOptions): Pair => {
    const pair = new Pair({ ...options, client: { exchangeRate: { minimum } } })
    pair.accept('server')
    pair.run('client', (client) => client.setSendMax(client.openStream()!, amount))
    return pair
  }

  test('learns the rate from the replies to its money, and probes nothing', () => {
    const pair = paying(1_000_000n, { rate: [2n, 3n] }).drive(1_000)
    expect(pair.client.stats()).toMatchObject({ totalSent: 1_000_000n, totalDelivered: 666_666n, minimumRate: minimum })
    expect(pair.client.stats().rateBounds?.lower).toEqual(ratio(666_666n, 1_000_000n))
    expect(pair.sent.client.map(({ amount }) => amount).filter((amount) => amount > 0n)).toEqual([1_000_000n])
  })

  test('sends nothing that the path would deliver for less', () => {
    const pair = paying(1_000_000n, { rate: [48n, 100n] }).drive(5_000)
    expect(pair.client.stats()).toMatchObject({ totalSent: 0n, totalDelivered: 0n })
    expect(pair.server.stats().totalReceived).toBe(0n)
    expect(pair.client.state).toBe('established')
  })

  test('finds the largest packet of the path with its money', () => {
    const largest = 7_000n
    const pair = paying(100_000n, {
      network: ({ amount }) =>
        amount > largest
          ? { reply: { type: 'reject', code: 'F08', triggeredBy: '', message: '', data: f08(amount, largest) } }
          : { amount: amount / 2n },
    }).drive(5_000)
    expect(pair.client.stats()).toMatchObject({ totalSent: 100_000n, totalDelivered: 50_000n })
  })

  test.each([
    [1n, 0n],
    [2n, 1n],
    [3n, 1n],
    [7n, 3n],
    [99n, 49n],
  ])('delivers %i units at a half as %i', (amount, delivered) => {
    const pair = paying(amount, { rate: [1n, 2n] }).drive(5_000)
    const { totalSent, totalDelivered } = pair.client.stats()
    expect(totalDelivered).toBe(delivered)
    expect(totalSent <= amount && totalDelivered * 100n >= totalSent * 49n - 100n).toBe(true)
  })
})

/** The data of an F08: what came and what would have been carried (RFC 0027). */
function f08(received: bigint, maximum: bigint): Uint8Array {
  const data = new Uint8Array(16)
  const view = new DataView(data.buffer)
  view.setBigUint64(0, received)
  view.setBigUint64(8, maximum)
  return data
}
