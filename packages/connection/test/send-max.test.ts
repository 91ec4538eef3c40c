import { describe, expect, test } from 'vitest'
import { ErrorCode, MAX_UINT64 } from '@stream/frames'
import { Pair, reject } from './pair.js'
import { paying } from './wire.js'

const client = { limits: { maxPacketAmount: 1_000n } }

describe('sendMax', () => {
  test('cannot be lowered below what is sent and in flight (C11)', () => {
    const pair = new Pair({ client }).drive(1_000)
    pair.accept('server')
    pair.run('client', (core) => core.setSendMax(core.openStream()!, 100_000n))
    expect(pair.client.streamStats(1)).toMatchObject({ sent: 0n, held: 20_000n })
    expect(() => pair.client.setSendMax(1, 19_999n)).toThrow(/19999 is below the 20000 units/)
    pair.run('client', (core) => core.setSendMax(1, 20_000n))
    pair.drive(2_000)
    expect(pair.client.stats()).toMatchObject({ totalSent: 20_000n, totalDelivered: 20_000n })
    expect(() => pair.client.setSendMax(1, 0n)).toThrow(/below the 20000 units/)
    pair.run('client', (core) => core.setSendMax(1, 20_001n))
    pair.drive(2_000)
    expect(pair.client.stats().totalSent).toBe(20_001n)
  })

  test.each([-1n, MAX_UINT64 + 1n])('of %s is no amount (F3)', (amount) => {
    const pair = new Pair().drive(1_000)
    const id = pair.run('client', (core) => core.openStream()!)
    expect(() => pair.client.setSendMax(id, amount)).toThrow(/18446744073709551615/)
    expect(() => pair.client.setReceiveMax(id, amount)).toThrow(/18446744073709551615/)
    expect(pair.client.streamStats(id)).toMatchObject({ sendMax: 0n, receiveMax: 0n })
  })

  test('of everything there is goes out and arrives', () => {
    const pair = new Pair().drive(1_000)
    pair.accept('server')
    pair.run('client', (core) => core.setSendMax(core.openStream()!, MAX_UINT64))
    pair.drive(2_000)
    expect(pair.server.stats().totalReceived).toBe(MAX_UINT64)
    expect(pair.client.stats()).toMatchObject({ totalSent: MAX_UINT64, totalDelivered: MAX_UINT64 })
  })
})

describe('money of a stream that ends', () => {
  test('is not sent again once the peer has closed the stream', () => {
    let isRefusing = false
    const pair = new Pair({ client }).drive(1_000)
    pair.accept('server')
    pair.run('client', (core) => core.setSendMax(core.openStream()!, 3_000n))
    pair.drive(2_000)
    let turn = 0
    // What is in flight is refused one by one while the close arrives.
    pair.network = ({ amount }, from) =>
      isRefusing && from === 'client' && amount > 0n ? { reply: reject('T00'), delayBack: 100 * ++turn } : { amount }
    isRefusing = true
    pair.run('server', (core) => core.closeStream(1, ErrorCode.ApplicationError, 'enough'))
    pair.drive(20)
    pair.run('client', (core) => core.setSendMax(1, 10_000n))
    const before = paying(pair, 'client').length
    expect(pair.client.streamStats(1)).toMatchObject({ held: 7_000n })
    pair.drive(10_000)
    expect(paying(pair, 'client').length - before).toBe(0)
    expect(pair.client.streamStats(1)).toBeUndefined()
    expect(pair.client.stats().totalSent).toBe(3_000n)
  })

  test('is not sent again once we have closed the stream with an error', () => {
    const pair = new Pair({ client }).drive(1_000)
    pair.accept('server')
    pair.network = ({ amount }) => (amount > 0n ? { reply: reject('T00') } : { amount })
    pair.run('client', (core) => core.setSendMax(core.openStream()!, 3_000n))
    pair.run('client', (core) => core.closeStream(1, ErrorCode.ApplicationError, 'enough'))
    pair.drive(10_000)
    expect(paying(pair, 'client')).toHaveLength(3)
    expect(pair.eventsOf('client', 'streamClosed')).toHaveLength(1)
    expect(pair.client.stats().totalSent).toBe(0n)
  })

  test('goes to the end when we close it without an error', () => {
    let isDown = true
    const pair = new Pair({ client }).drive(1_000)
    pair.accept('server')
    pair.network = ({ amount }) => (isDown && amount > 0n ? { reply: reject('T00') } : { amount })
    pair.run('client', (core) => core.setSendMax(core.openStream()!, 3_000n))
    pair.run('client', (core) => core.closeStream(1))
    pair.drive(2_000)
    isDown = false
    pair.drive(5_000)
    expect(pair.server.stats().totalReceived).toBe(3_000n)
    expect(pair.eventsOf('server', 'streamClosed')).toMatchObject([{ streamId: 1, by: 'peer', errorCode: 1 }])
  })
})
