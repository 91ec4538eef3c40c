import * as IlpPacket from 'ilp-packet'
import Long from 'long'
import { BigNumber } from 'bignumber.js'
import { describe, expect, test, vi } from 'vitest'
import type { DataAndMoneyStream } from '../src/index.js'
import { connected, settled } from './connected.js'
import { reject } from './plugin-pair.js'

describe('sending money', () => {
  test('both sides count the same, each in its units', async () => {
    const { client, served } = await connected({ rate: 0.5, maxAmount: 1000n })
    const stream = client.createStream()
    await stream.sendTotal(2000)
    expect(stream.totalSent).toBe('2000')
    expect(client).toMatchObject({ totalSent: '2000', totalDelivered: '1000', lastPacketExchangeRate: '0.5' })
    expect(served.totalReceived).toBe('1000')
  })

  test('money goes both ways on one stream', async () => {
    const { client, served, nextStream } = await connected({ rate: 0.5 })
    const opened = nextStream(served)
    const stream = client.createStream()
    stream.setReceiveMax(10_000)
    await stream.sendTotal(500)
    await (await opened).sendTotal(111)
    expect(served).toMatchObject({ totalSent: '111', totalDelivered: '222', lastPacketExchangeRate: '2' })
    expect(served.minimumAcceptableExchangeRate).toBe('1.98')
    expect(stream.totalReceived).toBe('222')
  })

  test('`money` tells the amount and the Prepare as the plugin received it', async () => {
    const { client, served, serverPlugin } = await connected({ rate: 0.5 })
    const money: [string, IlpPacket.IlpPrepare][] = []
    served.on('stream', (stream: DataAndMoneyStream) => {
      stream.on('money', (amount: string, prepare: IlpPacket.IlpPrepare) => money.push([amount, prepare]))
    })
    await client.createStream().sendTotal(117)
    expect(money).toHaveLength(1)
    const [[amount, prepare] = []] = money
    expect(amount).toBe('58')
    const paying = serverPlugin.delivered.map((bytes) => IlpPacket.deserializeIlpPrepare(bytes))
    expect(prepare).toEqual(paying.find((packet) => packet.amount === '58'))
  })

  test('`outgoing_money` and `outgoing_total_sent` tell what went out', async () => {
    const { client } = await connected({ maxAmount: 1000n })
    const stream = client.createStream()
    const amounts: string[] = []
    const total = vi.fn()
    stream.on('outgoing_money', (amount: string) => amounts.push(amount))
    stream.on('outgoing_total_sent', total)
    await stream.sendTotal(2000)
    expect(amounts.reduce((sum, amount) => sum + Number(amount), 0)).toBe(2000)
    expect(total).toHaveBeenCalledOnce()
  })

  test('limits are absolute and can be raised', async () => {
    const { client } = await connected()
    const stream = client.createStream()
    await stream.sendTotal(100)
    await stream.sendTotal(100)
    expect(stream.totalSent).toBe('100')
    await stream.sendTotal(250)
    expect(stream.totalSent).toBe('250')
    expect(stream.sendMax).toBe('250')
  })

  test('money for two streams given in one breath travels in as few packets as it can, and each gets its own', async () => {
    const { client, served } = await connected({ rate: 0.5 })
    const received = new Map<number, string>()
    served.on('stream', (stream: DataAndMoneyStream) => {
      stream.on('money', () => received.set(stream.id, stream.totalReceived))
    })
    await Promise.all([client.createStream().sendTotal(200), client.createStream().sendTotal(100)])
    expect(received).toEqual(
      new Map([
        [1, '100'],
        [3, '50'],
      ]),
    )
  })

  test.each([
    ['a number', 117],
    ['a decimal string', '117'],
    ['a bigint', 117n],
    ['a Long', Long.fromNumber(117, true)],
    ['a foreign copy of Long', { low: 117, high: 0, unsigned: true }],
    ['a BigNumber', new BigNumber(117)],
  ])('an amount may be %s', async (_, amount) => {
    const { client } = await connected()
    const stream = client.createStream()
    await stream.sendTotal(amount)
    expect(stream.totalSent).toBe('117')
  })

  test('a temporary reject of a connector is tried again', async () => {
    const { client, served, clientPlugin } = await connected({ rate: 0.5 })
    clientPlugin.answerNext(() => reject('T00', 'uh oh'))
    await client.createStream().sendTotal(1000)
    expect(served.totalReceived).toBe('500')
  })

  test('an unauthenticated F99 is tried again', async () => {
    const { client, served, clientPlugin } = await connected({ rate: 0.5 })
    clientPlugin.answerNext(() => reject('F99', 'uh oh'))
    await client.createStream().sendTotal(1000)
    expect(served.totalReceived).toBe('500')
  })

  test('a Fulfill whose data was stripped on the way still counts as sent', async () => {
    const { client, served, clientPlugin } = await connected({ rate: 0.5 })
    clientPlugin.answerNext(async (prepare) => {
      const fulfill = IlpPacket.deserializeIlpFulfill(await clientPlugin.forward(prepare))
      return IlpPacket.serializeIlpFulfill({ ...fulfill, data: Buffer.alloc(0) })
    })
    const stream = client.createStream()
    await stream.sendTotal(1000)
    expect(stream.totalSent).toBe('1000')
    expect(client.totalSent).toBe('1000')
    expect(served.totalReceived).toBe('500')
  })
})

describe('sendTotal', () => {
  test('resolves at once, without a packet, when the amount is reached already', async () => {
    const { client, clientPlugin } = await connected()
    const stream = client.createStream()
    await stream.sendTotal(100)
    await settled()
    const packets = clientPlugin.sent.length
    await stream.sendTotal(50)
    await settled()
    expect(clientPlugin.sent).toHaveLength(packets)
    expect(stream.sendMax).toBe('100')
  })

  test('rejects when the peer ends the stream before', async () => {
    const { client, served } = await connected({ receiveMax: false })
    served.on('stream', (stream: DataAndMoneyStream) => stream.end())
    await expect(client.createStream().sendTotal(1000)).rejects.toThrow(
      'Stream was closed before the desired amount was sent (target: 1000, totalSent: 0)',
    )
  })

  test('rejects with the error that the peer destroyed the stream with', async () => {
    const { client, served } = await connected({ receiveMax: false })
    served.on('stream', (stream: DataAndMoneyStream) => stream.destroy(new Error('blah')))
    await expect(client.createStream().sendTotal(1000)).rejects.toThrow(
      'Stream encountered an error before the desired amount was sent (target: 1000, totalSent: 0): ApplicationError: blah',
    )
  })

  test('rejects when time is over, and then nothing more is sent', async () => {
    const { client, served, nextStream } = await connected({ receiveMax: false })
    const opened = nextStream(served)
    const stream = client.createStream()
    await expect(stream.sendTotal(1000, { timeout: 20 })).rejects.toThrow(
      'Timed out before the desired amount was sent (target: 1000, totalSent: 0)',
    )
    const peer = await opened
    peer.setReceiveMax(10_000)
    await settled()
    expect(stream.totalSent).toBe('0')
    expect(stream.sendMax).toBe('0')
    await expect(stream.sendTotal(500)).resolves.toBeUndefined()
    expect(peer.totalReceived).toBe('250')
  })

  test('rejects when time is over while packets come back, and stops at what has been sent by then', async () => {
    const { client } = await connected({ rate: 1, maxAmount: 1000n })
    const stream = client.createStream()
    const target = 1_000_000_000
    await expect(stream.sendTotal(target, { timeout: 100 })).rejects.toThrow(/^Timed out/)
    await settled(100)
    const { totalSent, sendMax } = stream
    expect(Number(totalSent)).toBeGreaterThan(0)
    expect(Number(sendMax)).toBeLessThan(target)
    expect(sendMax).toBe(totalSent)
    await settled(100)
    expect(stream.totalSent).toBe(totalSent)
  })

  test('rejects when an error is emitted on the stream', async () => {
    const { client } = await connected({ receiveMax: false })
    const stream = client.createStream()
    const sending = stream.sendTotal(1000)
    stream.on('error', () => {})
    stream.emit('error', new Error('oops'))
    await expect(sending).rejects.toThrow(
      'Stream encountered an error before the desired amount was sent (target: 1000, totalSent: 0): Error: oops',
    )
  })
})

describe('receiveTotal', () => {
  test('resolves when the amount has arrived, and again for a higher one', async () => {
    const { client, served, nextStream } = await connected({ rate: 0.5, receiveMax: false })
    const opened = nextStream(served)
    client.createStream().setSendMax(2000)
    const stream = await opened
    await stream.receiveTotal(500)
    expect(stream.totalReceived).toBe('500')
    await stream.receiveTotal(1000)
    expect(stream.totalReceived).toBe('1000')
    await stream.receiveTotal(200)
  })

  test('rejects when the peer ends the stream before', async () => {
    const { client, served } = await connected({ receiveMax: false })
    served.on('stream', (stream: DataAndMoneyStream) => stream.end())
    await expect(client.createStream().receiveTotal(1000)).rejects.toThrow(
      'Stream was closed before the desired amount was received (target: 1000, totalReceived: 0)',
    )
  })

  test('rejects with the error of the peer', async () => {
    const { client, served } = await connected({ receiveMax: false })
    served.on('stream', (stream: DataAndMoneyStream) => stream.destroy(new Error('blah')))
    await expect(client.createStream().receiveTotal(1000)).rejects.toThrow(
      'Stream encountered an error before the desired amount was received (target: 1000, totalReceived: 0): ApplicationError: blah',
    )
  })

  test('rejects when time is over', async () => {
    const { client } = await connected()
    await expect(client.createStream().receiveTotal(1000, { timeout: 20 })).rejects.toThrow(
      'Timed out before the desired amount was received (target: 1000, totalReceived: 0)',
    )
  })
})

describe('limits', () => {
  test('a stream takes no more than its receiveMax and the sender goes on when it is raised', async () => {
    const { client, served, nextStream } = await connected({ rate: 1, receiveMax: false })
    const opened = nextStream(served)
    const stream = client.createStream()
    const sending = stream.sendTotal(500)
    const peer = await opened
    await peer.receiveTotal(100)
    await settled()
    expect(peer.totalReceived).toBe('100')
    expect(stream.totalSent).toBe('100')
    peer.setReceiveMax(Infinity)
    await sending
    expect(peer.totalReceived).toBe('500')
    expect(peer.receiveMax).toBe('18446744073709551615')
  })

  test('bad limits are refused, and say why', async () => {
    const { client } = await connected()
    const stream = client.createStream()
    expect(() => stream.setSendMax(Infinity)).toThrow('sendMax must be finite')
    expect(() => stream.setSendMax('18446744073709551616')).toThrow(
      'Value 18446744073709551616 does not fit in a Long.',
    )
    expect(() => stream.setSendMax(-1)).toThrow('Expected positive number')
    expect(() => stream.setSendMax(1.9)).toThrow('whole number')
    expect(() => stream.setSendMax(NaN)).toThrow('sendMax must be finite')
    expect(() => stream.setReceiveMax(NaN)).toThrow('receiveMax must be finite')
    await expect(stream.sendTotal(1.5)).rejects.toThrow('whole number')
    await expect(stream.receiveTotal('x')).rejects.toThrow('decimal number')
    stream.setReceiveMax(100)
    expect(() => stream.setReceiveMax(99)).toThrow('Cannot decrease the receiveMax')
    await stream.sendTotal(100)
    expect(() => stream.setSendMax(99)).toThrow('Cannot set sendMax lower than the totalSent')
  })

  test('receiveMax cannot be set below what was received', async () => {
    const { client, served, nextStream } = await connected({ rate: 1 })
    const opened = nextStream(served)
    await client.createStream().sendTotal(100)
    const stream = await opened
    expect(() => stream.setReceiveMax(99)).toThrow('Cannot set receiveMax lower than the totalReceived')
  })

  test('sendMax cannot be set below what is in flight', async () => {
    const { client, clientPlugin } = await connected()
    const stream = client.createStream()
    let release: () => void = () => {}
    const held = new Promise<undefined>((resolve) => (release = () => resolve(undefined)))
    clientPlugin.answerNext(() => held as never)
    stream.setSendMax(100)
    await settled(2)
    expect(() => stream.setSendMax(50)).toThrow(
      'Cannot set sendMax lower than the totalSent (0) and what is in flight (100): give at least 100',
    )
    release()
    await stream.sendTotal(100)
  })
})

describe('handlers that throw', () => {
  test('in `money` and `outgoing_money` change nothing in the books (C6)', async () => {
    const { client, served } = await connected({ rate: 0.5 })
    const thrower = vi.fn(() => {
      throw new Error('blah')
    })
    served.on('stream', (stream: DataAndMoneyStream) => stream.on('money', thrower))
    const stream = client.createStream()
    stream.on('outgoing_money', thrower)
    await stream.sendTotal(1000)
    expect(thrower).toHaveBeenCalledTimes(2)
    expect(stream.totalSent).toBe('1000')
    expect(client).toMatchObject({ totalSent: '1000', totalDelivered: '500' })
    expect(served.totalReceived).toBe('500')
  })

  test('in `stream` do not keep the money out', async () => {
    const { client, served } = await connected({ rate: 0.5 })
    served.on('stream', () => {
      throw new Error('blah')
    })
    const stream = client.createStream()
    await stream.sendTotal(117)
    expect(stream.totalSent).toBe('117')
  })
})
