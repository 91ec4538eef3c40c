import { describe, expect, test } from 'vitest'
import { Pair } from './pair.js'
import { paying } from './wire.js'

const MINUTE = 60_000

/** Two hops that round: worth 1.3, but only whole tens arrive. */
const inTens = ({ amount }: { readonly amount: bigint }) => ({ amount: (amount / 10n) * 13n })

describe('a rest that loses too much to the roundings of several hops', () => {
  const client = { limits: { maxPacketAmount: 1_000n } }

  test('is tried a few times, and its stream closes when it was asked to', () => {
    const pair = new Pair({ client, network: inTens })
    pair.accept('server')
    const streamId = pair.run('client', (core) => {
      const id = core.openStream()!
      core.setSendMax(id, 3_008n)
      core.closeStream(id)
      return id
    })
    pair.drive(MINUTE / 2)
    expect(pair.client.stats().totalSent).toBe(3_000n)
    expect(pair.eventsOf('client', 'streamClosed')).toMatchObject([{ streamId, by: 'local', errorCode: 1 }])
    expect(paying(pair, 'client').filter(({ amount }) => amount === 8n).length).toBeLessThanOrEqual(3)
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
