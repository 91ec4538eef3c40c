import { expect, test } from 'vitest'
import { describeCases, describePairings, expectBooksToBalance, session } from './session.js'
import { ours, predecessor } from './peers.js'

const receiptNonce = Buffer.alloc(16, 7)
const receiptSecret = Buffer.alloc(32, 8)
const credentials = { receiptNonce, receiptSecret }

describeCases(({ transport, ...pairing }) => {
  test('the last receipt the client has says what the server received', async () => {
    const connected = await session(pairing, { transport, rate: 0.5, credentials })
    const { local, remote } = connected.open('client')
    void remote.then((stream) => stream.setReceiveMax(100_000))
    for (const total of [1500, 10_000]) {
      await local.sendTotal(total)
      for (const peer of [ours, predecessor]) {
        const receipt = peer.verifyReceipt(local.receipt ?? Buffer.alloc(0), receiptSecret)
        expect(receipt.nonce.equals(receiptNonce)).toBe(true)
        expect(receipt.streamId).toBe('1')
        expect(receipt.totalReceived.toString()).toBe(String(total / 2))
      }
    }
    expectBooksToBalance(connected)
  })
})

describePairings((pairing) => {
  test('each stream has a receipt of its own', async () => {
    const { client, server } = await session(pairing, { credentials })
    server.on('stream', (stream) => stream.setReceiveMax(100_000))
    const streams = [client.createStream(), client.createStream(), client.createStream()]
    await Promise.all(streams.map((stream, index) => stream.sendTotal(1000 * (index + 1))))
    const receipts = streams.map(({ receipt }) => ours.verifyReceipt(receipt ?? Buffer.alloc(0), receiptSecret))
    expect(receipts.map(({ streamId, totalReceived }) => [streamId, totalReceived.toString()])).toEqual([
      ['1', '1000'],
      ['3', '2000'],
      ['5', '3000'],
    ])
  })

  test('a server that was given no secret for receipts gives none', async () => {
    const connected = await session(pairing)
    const { local, remote } = connected.open('client')
    void remote.then((stream) => stream.setReceiveMax(1000))
    await local.sendTotal(1000)
    expect(local.receipt).toBeUndefined()
  })

  test('neither accepts the receipt of another secret, or one that was changed', async () => {
    const connected = await session(pairing, { credentials })
    const { local, remote } = connected.open('client')
    void remote.then((stream) => stream.setReceiveMax(1000))
    await local.sendTotal(1000)
    const receipt = local.receipt ?? Buffer.alloc(0)
    const changed = Buffer.from(receipt)
    changed.writeBigUInt64BE(1001n, 18)
    for (const peer of [ours, predecessor]) {
      expect(() => peer.verifyReceipt(receipt, Buffer.alloc(32, 9))).toThrow('invalid hmac')
      expect(() => peer.verifyReceipt(changed, receiptSecret)).toThrow('invalid hmac')
      expect(peer.verifyReceipt(receipt, receiptSecret).totalReceived.toString()).toBe('1000')
    }
  })
})

test('a predecessor that pays a server of ours gets receipts that count from a stored total', async () => {
  const serverOptions = { receiptBase: () => 10_000n }
  const connected = await session({ client: predecessor, server: ours }, { serverOptions, credentials })
  const { local, remote } = connected.open('client')
  void remote.then((stream) => stream.setReceiveMax(1_000_000))
  await local.sendTotal(3_000)
  const receipt = predecessor.verifyReceipt(local.receipt ?? Buffer.alloc(0), receiptSecret)
  expect(receipt.totalReceived.toString()).toBe('13000')
  expect(local.receipt).toHaveLength(58)
})
