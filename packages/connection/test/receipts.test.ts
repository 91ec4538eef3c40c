import { describe, expect, test } from 'vitest'
import { createReceipt, decodeReceipt, verifyReceipt } from '@stream/crypto/receipt'
import { nodeCrypto } from '@stream/crypto/node'
import { FrameType } from '@stream/frames'
import { Pair } from './pair.js'
import { money, read, tell } from './wire.js'

const nonce = new Uint8Array(16).fill(1)
const secret = new Uint8Array(32).fill(2)

/** A server that gives receipts (RFC 0039), as an endpoint sets it up. */
function receipting(client = {}): Pair {
  const pair = new Pair({
    client,
    server: {
      createReceipt: (streamId, totalReceived) => createReceipt(nodeCrypto, { nonce, streamId, totalReceived, secret }),
    },
  }).drive(1_000)
  pair.accept('server')
  return pair
}

describe('receipts', () => {
  // RFC 0039 2.1-4, 2.1-5
  test('come with each fulfillment, for the total of the stream', () => {
    const pair = receipting({ limits: { maxPacketAmount: 1_000n } })
    pair.run('client', (core) => core.setSendMax(core.openStream()!, 2_500n))
    pair.drive(2_000)
    const receipts = pair.eventsOf('client', 'moneySent').map(({ receipt }) => decodeReceipt(receipt!))
    expect(receipts.map(({ streamId, totalReceived }) => [streamId, totalReceived])).toEqual([
      [1, 1_000n],
      [1, 2_000n],
      [1, 2_500n],
    ])
    const last = pair.client.streamStats(1)!.receipt!
    expect(verifyReceipt(nodeCrypto, last, secret)).toMatchObject({ streamId: 1, totalReceived: 2_500n })
  })

  test('that come out of order: the one with the largest total counts', () => {
    const pair = receipting({ limits: { maxPacketAmount: 1_000n } })
    let turn = 5
    pair.network = ({ amount }) => ({ amount, delayBack: amount > 0n ? 20 * --turn : 0 })
    pair.run('client', (core) => core.setSendMax(core.openStream()!, 4_000n))
    pair.drive(2_000)
    const totals = pair.eventsOf('client', 'moneySent').map(({ receipt }) => decodeReceipt(receipt!).totalReceived)
    expect(totals).toEqual([4_000n, 3_000n, 2_000n, 1_000n])
    expect(decodeReceipt(pair.client.streamStats(1)!.receipt!).totalReceived).toBe(4_000n)
  })

  test('count from the base of their stream, up to what a receipt can state', () => {
    const pair = receipting({ limits: { maxPacketAmount: 1_000n } })
    const most = (1n << 64n) - 1n
    const stated = (id: number): bigint[] =>
      pair
        .eventsOf('client', 'moneySent')
        .filter(({ streamId }) => streamId === id)
        .map(({ receipt }) => decodeReceipt(receipt!).totalReceived)
    for (const [base, expected] of [
      [500n, [1_500n, 2_500n, 2_600n]],
      [most - 1_500n, [most - 500n, most, most]],
    ] as const) {
      const id = pair.run('client', (core) => core.openStream())!
      const { onEvent } = pair
      pair.onEvent = (side, event, connection) => {
        onEvent(side, event, connection)
        if (event.type === 'streamOpened' && event.streamId === id) connection.setReceiptBase(id, base)
      }
      pair.run('client', (core) => core.setSendMax(id, 2_100n))
      pair.drive(2_000)
      expect(stated(id)).toEqual(expected)
      expect(pair.server.streamStats(id)).toMatchObject({ received: 2_100n, receiptTotal: expected[2] })
    }
    expect(() => pair.server.setReceiptBase(1, 499n)).toThrow('receiptBase 499 is below 500')
    expect(() => pair.server.setReceiptBase(1, -1n)).toThrow('receiptBase must be from 0')
  })

  test('are of each stream for itself', () => {
    const pair = receipting()
    const frames = [money(1, 1n), money(3, 3n)]
    const reply = tell(pair, 'server', { sequence: 500, amount: 400n, frames })
    const receipts = read(pair, reply).frames.flatMap((frame) =>
      frame.type === FrameType.StreamReceipt ? [decodeReceipt(frame.receipt)] : [],
    )
    expect(receipts.map(({ streamId, totalReceived }) => [streamId, totalReceived])).toEqual([
      [1, 100n],
      [3, 300n],
    ])
  })

  // RFC 0039 2.1-4
  test('are also of the stream that only rounding has paid', () => {
    const pair = receipting()
    tell(pair, 'server', { sequence: 500, amount: 1n, frames: [money(1, 1n)] })
    const reply = tell(pair, 'server', { sequence: 501, amount: 101n, frames: [money(3, 1n), money(5, 1n)] })
    const receipts = read(pair, reply).frames.flatMap((frame) =>
      frame.type === FrameType.StreamReceipt ? [decodeReceipt(frame.receipt)] : [],
    )
    expect(receipts.map(({ streamId, totalReceived }) => [streamId, totalReceived])).toEqual([
      [3, 50n],
      [5, 50n],
      [1, 2n],
    ])
  })

  test('that come with a Fulfill after their packet was given up count too', () => {
    const pair = receipting({ timeouts: { packet: 1_000, grace: 100 } })
    let delay = 3_000
    pair.network = ({ amount }) => {
      if (amount === 0n) return { amount }
      const isFirst = delay > 0
      const delayBack = delay
      delay = 0
      return isFirst ? { amount, delayBack } : 'drop'
    }
    pair.run('client', (core) => core.setSendMax(core.openStream()!, 700n))
    pair.drive(5_000)
    expect(pair.client.streamStats(1)).toMatchObject({ sent: 700n })
    expect(decodeReceipt(pair.client.streamStats(1)!.receipt!).totalReceived).toBe(700n)
  })

  // RFC 0039 2.1-4
  test('are left out for a stream above 255, and the books stay right (C2)', () => {
    const pair = receipting()
    // Streams are closed until the peer may open number 257.
    for (let id = 1; id < 257; id += 2) {
      const close = { type: FrameType.StreamClose, streamId: id, errorCode: 1, errorMessage: '' } as const
      const opening = { type: FrameType.StreamData, streamId: id, offset: 0, data: new Uint8Array(0) } as const
      tell(pair, 'server', { sequence: 1_000 + id, frames: [opening] })
      tell(pair, 'server', { sequence: 1_001 + id, frames: [close] })
    }
    const reply = tell(pair, 'server', { sequence: 2_000, amount: 700n, frames: [money(255, 1n)] })
    expect(reply.type).toBe('reject')
    const paid = tell(pair, 'server', { sequence: 2_001, amount: 700n, frames: [money(257, 1n)] })
    expect(paid.type).toBe('fulfill')
    expect(read(pair, paid).frames.some(({ type }) => type === FrameType.StreamReceipt)).toBe(false)
    expect(pair.server.streamStats(257)).toMatchObject({ received: 700n })
    expect(pair.server.stats().totalReceived).toBe(700n)
  })

  test('do not come with what is rejected', () => {
    const pair = receipting()
    const reply = tell(pair, 'server', { sequence: 500, amount: 4n, minimum: 5n, frames: [money(1, 1n)] })
    expect(read(pair, reply).frames.some(({ type }) => type === FrameType.StreamReceipt)).toBe(false)
  })

  test('of any shape from a peer harm nothing (J1)', () => {
    const pair = new Pair({ server: { createReceipt: (_, total) => new Uint8Array(Number(total % 60n)) } }).drive(1_000)
    pair.accept('server')
    pair.run('client', (core) => core.setSendMax(core.openStream()!, 1n))
    pair.drive(1_000)
    pair.run('client', (core) => core.setSendMax(1, 60n))
    pair.drive(1_000)
    expect(pair.client.stats().totalSent).toBe(60n)
    expect(pair.eventsOf('client', 'moneySent').map(({ receipt }) => receipt?.length)).toEqual([1, 0])
  })
})
