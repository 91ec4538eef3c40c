import * as IlpPacket from 'ilp-packet'
import { expect, test, vi } from 'vitest'
import type { IlpReply } from '@stream/frames/ilp'
import { pluginTransport } from './plugin-transport.js'
import type { Plugin } from './plugin.js'
import type { Receiver } from './transport.js'

const prepare = {
  amount: 7n,
  destination: 'test.bob.token',
  executionCondition: new Uint8Array(32).fill(1),
  expiresAt: Date.UTC(2030, 1, 2, 3, 4, 5, 678),
  data: new Uint8Array([...Array(100).fill(0), 1, 2, 3]).subarray(100),
}
const publicPrepare = {
  amount: '7',
  destination: 'test.bob.token',
  executionCondition: Buffer.alloc(32, 1),
  expiresAt: new Date(prepare.expiresAt),
  data: Buffer.from([1, 2, 3]),
}
const fulfill: IlpReply = { type: 'fulfill', fulfillment: new Uint8Array(32), data: new Uint8Array([9]) }

function fakePlugin() {
  let handler: ((data: Buffer) => Promise<Buffer>) | undefined
  const plugin: Plugin = {
    connect: async () => {},
    disconnect: async () => {},
    isConnected: () => true,
    sendData: async (data) => data,
    registerDataHandler: (registered) => (handler = registered),
    deregisterDataHandler: vi.fn(() => (handler = undefined)),
  }
  return { plugin, handle: (data: Buffer) => handler?.(data), hasHandler: () => handler !== undefined }
}

/** Who takes what `onPrepare` says at `localAddress`. */
const receiver = (localAddress: string, onPrepare: Receiver['onPrepare'] = () => false) => ({ localAddress, onPrepare })

const send = (plugin: Plugin): Promise<IlpReply> =>
  new Promise((resolve, reject) => pluginTransport(plugin).send(prepare, resolve, reject))

test('a Prepare goes out as ilp-packet reads it, and the reply comes back decoded', async () => {
  const { plugin } = fakePlugin()
  const sent: IlpPacket.IlpPrepare[] = []
  plugin.sendData = async (data) => {
    expect(Buffer.isBuffer(data)).toBe(true)
    sent.push(IlpPacket.deserializeIlpPrepare(data))
    return IlpPacket.serializeIlpReject({
      code: 'T00',
      triggeredBy: 'test.connector',
      message: 'no',
      data: Buffer.from([5]),
    })
  }
  const reply = await send(plugin)
  expect(sent).toEqual([publicPrepare])
  expect(reply).toMatchObject({ type: 'reject', code: 'T00', message: 'no' })
  expect([...reply.data]).toEqual([5])
})

test('what the plugin throws, or answers in no known language, rejects', async () => {
  const { plugin } = fakePlugin()
  plugin.sendData = () => Promise.reject(new Error('not connected'))
  await expect(send(plugin)).rejects.toThrow('not connected')
  plugin.sendData = () => {
    throw new Error('no socket')
  }
  await expect(send(plugin)).rejects.toThrow('no socket')
  plugin.sendData = () => Promise.resolve(Buffer.from('garbage'))
  await expect(send(plugin)).rejects.toThrow('Cannot decode')
})

test('what became of a Prepare is not told while it is being sent, also when the plugin throws at once', async () => {
  const { plugin } = fakePlugin()
  plugin.sendData = () => {
    throw new Error('no socket')
  }
  const onFailure = vi.fn()
  pluginTransport(plugin).send(prepare, () => {}, onFailure)
  expect(onFailure).not.toHaveBeenCalled()
  await vi.waitFor(() => expect(onFailure).toHaveBeenCalledOnce())
})

test('a Prepare is offered to one receiver after the other until one takes it', async () => {
  const { plugin, handle } = fakePlugin()
  const transport = pluginTransport(plugin)
  const offered: string[] = []
  const first = receiver('test.bob', (received) => {
    offered.push('first')
    expect({ ...received, data: [...received.data] }).toMatchObject({
      amount: 7n,
      destination: 'test.bob.token',
      expiresAt: prepare.expiresAt,
      data: [1, 2, 3],
    })
    return false
  })
  const second = receiver('test.bob', (_, answer) => {
    offered.push('second')
    answer(fulfill)
    return true
  })
  transport.receive(first)
  transport.receive(second)
  const answer = await handle(IlpPacket.serializeIlpPrepare(publicPrepare))
  expect(offered).toEqual(['first', 'second'])
  expect(IlpPacket.deserializeIlpFulfill(answer ?? Buffer.alloc(0)).data).toEqual(Buffer.from([9]))
})

const throwing: Receiver['onPrepare'] = () => {
  throw new Error('bug')
}

test.each([
  ['nobody takes is unreachable', () => false, 'F02'],
  ['a handler throws over is refused', throwing, 'F00'],
])('a Prepare that %s, and no message tells why', async (_, handler, code) => {
  const { plugin, handle } = fakePlugin()
  pluginTransport(plugin).receive(receiver('test.bob', handler))
  const answer = await handle(IlpPacket.serializeIlpPrepare(publicPrepare))
  expect(IlpPacket.deserializeIlpReject(answer ?? Buffer.alloc(0))).toMatchObject({
    code,
    message: '',
    triggeredBy: 'test.bob',
  })
})

test('empty data and other packets are answered with F00', async () => {
  const { plugin, handle } = fakePlugin()
  pluginTransport(plugin).receive(receiver('test.bob'))
  for (const data of [Buffer.alloc(0), Buffer.from([12, 1, 0]), Buffer.from('garbage')]) {
    const answer = await handle(data)
    const { code, message } = IlpPacket.deserializeIlpReject(answer ?? Buffer.alloc(0))
    expect(code).toBe('F00')
    expect(message).toBe(`Expected an ILP Prepare packet (type 12), but got packet with type: ${data[0]}`)
  }
})

test('the last receiver takes the handler away, once', () => {
  const { plugin, hasHandler } = fakePlugin()
  const transport = pluginTransport(plugin)
  const [first, second] = [receiver('test.a'), receiver('test.b')]
  transport.receive(first)
  transport.receive(second)
  transport.stopReceiving(first)
  expect(hasHandler()).toBe(true)
  transport.stopReceiving(second)
  expect(hasHandler()).toBe(false)
  vi.mocked(plugin.deregisterDataHandler).mockClear()
  transport.stopReceiving(second)
  expect(plugin.deregisterDataHandler).not.toHaveBeenCalled()
})

test('an account that is taken gives each further connection an address below it', () => {
  const { plugin } = fakePlugin()
  const transport = pluginTransport(plugin)
  expect(transport.freeAddress('test.bob')).toBe('test.bob')
  const first = receiver('test.bob')
  transport.receive(first)
  const addresses = new Set(Array.from({ length: 20 }, () => pluginTransport(plugin).freeAddress('test.bob')))
  expect(addresses.size).toBe(20)
  for (const address of addresses) expect(address).toMatch(/^test\.bob\.[A-Za-z0-9_-]{12}$/)
  transport.stopReceiving(first)
  expect(transport.freeAddress('test.bob')).toBe('test.bob')
})
