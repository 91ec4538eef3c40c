import { describe, expect, test } from 'vitest'
import { FrameType } from '@stream/frames'
import { pattern } from './disorder.js'
import { Pair, type PairOptions } from './pair.js'
import { read, tryRead } from './wire.js'

const REASON = pattern(40)

/** A server that refuses all money and says why the first time. */
function refusing(options: PairOptions = {}): { pair: Pair; told: number[] } {
  const pair = new Pair({ ...options, server: { offerMoney: true } }).drive(500)
  pair.accept('server')
  const told = pair.accept('client')
  const { onEvent } = pair
  let isExplained = false
  pair.onEvent = (side, event, connection) => {
    onEvent(side, event, connection)
    if (event.type !== 'moneyOffered') return
    connection.decide(event.id, false, isExplained ? undefined : REASON)
    isExplained = true
  }
  const bytes: number[] = []
  told.set(1, bytes)
  pair.run('client', (client) => client.setSendMax(client.openStream()!, 1_000n))
  return { pair, told: bytes }
}

describe('why money is refused', () => {
  test('is in the reject already, as data of the stream that was to be paid', () => {
    const { pair, told } = refusing()
    pair.drive(75)
    expect(told).toEqual([...REASON])
    const explained = pair.replies.server.filter((reply) =>
      tryRead(pair, reply)?.frames.some(({ type }) => type === FrameType.StreamData),
    )
    expect(explained).toMatchObject([{ type: 'reject', code: 'F99' }])
    expect(read(pair, explained[0]!).frames).toContainEqual({
      type: FrameType.StreamData,
      streamId: 1,
      offset: 0,
      data: REASON,
    })
    expect(pair.client.stats().totalSent).toBe(0n)
  })

  test('arrives once, in order behind what was written before', () => {
    const pair = new Pair({ server: { offerMoney: true } }).drive(500)
    pair.accept('server')
    const told = pair.accept('client')
    const { onEvent } = pair
    let refusals = 0
    pair.onEvent = (side, event, connection) => {
      onEvent(side, event, connection)
      if (event.type === 'moneyOffered') connection.decide(event.id, refusals === 3, Uint8Array.of(++refusals))
    }
    const id = pair.run('client', (client) => client.openStream())!
    pair.run('client', (client) => client.write(id, pattern(1)))
    pair.drive(500)
    pair.run('server', (server) => server.write(id, Uint8Array.of(9, 9)))
    pair.run('client', (client) => client.setSendMax(id, 1_000n))
    pair.drive(10_000)
    expect(told.get(id)).toEqual([9, 9, 1, 2, 3])
    expect(pair.client.stats().totalSent).toBe(1_000n)
    expect(pair.server.streamStats(id)).toMatchObject({ unsentBytes: 0, unackedBytes: 0 })
  })

  test('arrives although the reject is lost', () => {
    const { pair, told } = refusing({
      wayBack: (reply, _, side) =>
        side === 'client' && reply.type === 'reject' && reply.code === 'F99' ? 'drop' : reply,
      client: { exchangeRate: { minimum: { numerator: 1n, denominator: 2n } } },
    })
    pair.drive(5_000)
    expect(told).toEqual([...REASON])
  })

  test('arrives in the reject alone where nobody can be sent to, and keeps no stream from ending', () => {
    const { pair, told } = refusing({ client: { mode: 'send', localAddress: undefined } })
    pair.drive(1_000)
    expect(told).toEqual([...REASON])
    expect(pair.sent.server).toEqual([])
    expect(pair.server.streamStats(1)).toMatchObject({ unackedBytes: 0 })
    pair.run('server', (server) => server.closeStream(1))
    pair.drive(5_000)
    expect(pair.eventsOf('server', 'streamClosed')).toMatchObject([{ streamId: 1, by: 'local' }])
  })

  test('is no reason when the money is taken, and nothing when it is empty', () => {
    for (const [accept, reason] of [
      [true, REASON],
      [false, new Uint8Array(0)],
    ] as const) {
      const pair = new Pair({ server: { offerMoney: true } }).drive(500)
      pair.accept('server')
      const told = pair.accept('client')
      const { onEvent } = pair
      pair.onEvent = (side, event, connection) => {
        onEvent(side, event, connection)
        if (event.type === 'moneyOffered') connection.decide(event.id, accept, reason)
      }
      pair.run('client', (client) => client.setSendMax(client.openStream()!, 1_000n))
      pair.drive(1_000)
      expect(told.size).toBe(0)
      expect(pair.client.stats().totalSent).toBe(accept ? 1_000n : 0n)
    }
  })
})
