import { describe, expect, test } from 'vitest'
import { FrameType } from '@stream/frames'
import { connectionConfig, MAX_PACKETS } from '../src/index.js'
import { Pair, type Side } from './pair.js'
import { money, read, tell, tryRead } from './wire.js'

const limits = { sealedPackets: 60, maxPacketAmount: 100n }

/** Packets and replies that `side` has sealed, by what has left it. */
function sealed(pair: Pair, side: Side): number {
  const replies = pair.replies[side].filter((reply) => tryRead(pair, reply) !== undefined)
  return pair.sent[side].length + replies.length
}

describe('the packet limit (RFC 0029, 5.1.3)', () => {
  // RFC 0029 5.1.3-1
  test('closes the sender before its key is used up, and the last packet is the close', () => {
    const pair = new Pair({ client: { limits } }).drive(1_000)
    pair.accept('server')
    pair.run('client', (core) => core.setSendMax(core.openStream()!, 100_000n))
    pair.drive(10_000)
    expect(pair.eventsOf('client', 'closed')).toEqual([{ type: 'closed', reason: { by: 'packetLimit' } }])
    expect(pair.client.stats()).toMatchObject({ packetsSealed: 60 })
    expect(sealed(pair, 'client')).toBe(60)
    const last = read(pair, pair.sent.client.at(-1)!)
    expect(last.frames.map(({ type }) => type)).toEqual([FrameType.ConnectionClose])
    expect(pair.eventsOf('server', 'closed')).toHaveLength(1)
    expect(pair.client.stats().totalSent).toBe(pair.server.stats().totalReceived)
  })

  test('counts replies, too: both directions share the key (F12)', () => {
    const pair = new Pair({ server: { limits } }).drive(1_000)
    pair.accept('server')
    const replies = Array.from({ length: 100 }, (_, i) =>
      tell(pair, 'server', { sequence: 500 + i, amount: 1n, frames: [money(1, 1n)] }),
    )
    pair.drive(10_000)
    expect(pair.eventsOf('server', 'closed')).toEqual([{ type: 'closed', reason: { by: 'packetLimit' } }])
    expect(sealed(pair, 'server')).toBe(60)
    expect(pair.server.stats().packetsSealed).toBe(60)
    const fulfilled = replies.filter(({ type }) => type === 'fulfill').length
    expect(pair.server.stats().totalReceived).toBe(BigInt(fulfilled))
    expect(replies.at(-1)).toMatchObject({ type: 'reject', code: 'F99' })
  })

  test('is not passed by repeating a close that gets lost', () => {
    const pair = new Pair({ client: { limits } }).drive(1_000)
    pair.accept('server')
    pair.network = ({ amount, data }) =>
      read(pair, { data }).frames.some(({ type }) => type === FrameType.ConnectionClose)
        ? { reply: { type: 'reject', code: 'T00', triggeredBy: '', message: '', data: new Uint8Array(0) } }
        : { amount }
    pair.run('client', (core) => core.setSendMax(core.openStream()!, 100_000n))
    pair.drive(20_000)
    expect(sealed(pair, 'client')).toBe(60)
    expect(pair.eventsOf('client', 'closed')).toEqual([{ type: 'closed', reason: { by: 'packetLimit' } }])
  })

  // RFC 0029 5.1.3-1
  test('holds for the sequence of the peer', () => {
    const pair = new Pair().drive(1_000)
    pair.accept('server')
    const reply = tell(pair, 'server', { sequence: MAX_PACKETS, amount: 5n, frames: [money(1, 1n)] })
    expect(reply.type).toBe('reject')
    expect(pair.server.stats().totalReceived).toBe(0n)
    expect(pair.server.state).toBe('closing')
    const other = new Pair().drive(1_000)
    other.accept('server')
    expect(tell(other, 'server', { sequence: MAX_PACKETS - 1, amount: 5n, frames: [money(1, 1n)] }).type).toBe(
      'fulfill',
    )
  })

  test('is 2^31, and the caller can only lower it', () => {
    const { protection } = new Pair()
    const options = { role: 'server', protection, asset: { code: 'X', scale: 0 }, congestion: () => null! } as const
    expect(connectionConfig(options).limits.sealedPackets).toBe(2_147_483_648)
    expect(() => connectionConfig({ ...options, limits: { sealedPackets: 2 ** 31 + 1 } })).toThrow(/at most 2\^31/)
  })
})
