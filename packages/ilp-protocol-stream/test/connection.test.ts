import { fixedWindow } from '@stream/flow'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { ConnectionError, createConnection, IlpRejectionError, type DataAndMoneyStream } from '../src/index.js'
import { connected, failure, inFakeTime, listening, once, record, settled } from './connected.js'
import { pluginPair, reject } from './plugin-pair.js'

afterEach(() => void vi.useRealTimers())

describe('ending a connection', () => {
  test.each(['client', 'served'] as const)(
    'by the %s resolves after the peer emitted end and close, once each',
    async (side) => {
      const pair = await connected()
      const [own, peer] = side === 'client' ? [pair.client, pair.served] : [pair.served, pair.client]
      const order: string[] = []
      record(order, own, 'own', 'end', 'close', 'error')
      record(order, peer, 'peer', 'end', 'close', 'error')
      await own.end()
      expect(order.filter((event) => event.startsWith('peer'))).toEqual(['peer end', 'peer close'])
      await settled()
      expect([...order].sort()).toEqual(['own close', 'own end', 'peer close', 'peer end'])
    },
  )

  test('ends all streams of both sides', async () => {
    const { client, served, nextStream } = await connected()
    const order: string[] = []
    const opened = nextStream(served)
    const stream = client.createStream()
    record(order, stream.resume(), 'own', 'finish', 'end', 'close')
    stream.write('hello')
    const peer = await opened
    record(order, peer.resume(), 'peer', 'finish', 'end', 'close')
    await client.end()
    await settled()
    expect([...order].sort()).toEqual(['own close', 'own end', 'own finish', 'peer close', 'peer end', 'peer finish'])
  })

  test('sends first what the streams still have', async () => {
    const { client, served } = await connected({ rate: 0.5 })
    const chunks: Buffer[] = []
    served.on('stream', (stream: DataAndMoneyStream) => stream.on('data', (chunk: Buffer) => chunks.push(chunk)))
    const stream = client.createStream()
    stream.setSendMax(2000)
    stream.write(Buffer.alloc(30_000))
    await client.end()
    expect(served.totalReceived).toBe('1000')
    expect(Buffer.concat(chunks).length).toBe(30_000)
  })

  test('works from the server too', async () => {
    const { client, served } = await connected({ rate: 0.5 })
    const chunks: Buffer[] = []
    client.on('stream', (stream: DataAndMoneyStream) => {
      stream.setReceiveMax(12_000)
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    })
    const stream = served.createStream()
    stream.setSendMax(2000)
    stream.write(Buffer.alloc(30_000))
    await served.end()
    expect(client.totalReceived).toBe('4000')
    expect(Buffer.concat(chunks).length).toBe(30_000)
  })

  test('may be asked for twice', async () => {
    const { client } = await connected()
    await Promise.all([client.end(), client.end()])
    await expect(client.end()).resolves.toBeUndefined()
  })

  test('does not wait for ever for a peer that has vanished', async () => {
    const { client, clientPlugin, server } = await connected()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    clientPlugin.sendData = () => new Promise(() => {})
    await expect(inFakeTime(client.end())).resolves.toBeUndefined()
    await inFakeTime(server.close())
  })

  test('disconnects the client plugin and takes the handler away', async () => {
    const { client, clientPlugin } = await connected()
    await client.end()
    await settled(1)
    expect(clientPlugin.isConnected()).toBe(false)
    expect(clientPlugin.hasHandler).toBe(false)
  })

  test('refuses what comes after it', async () => {
    const { client } = await connected()
    const stream = client.createStream()
    await client.end()
    expect(() => stream.setSendMax(300)).toThrow('Stream already closed')
    await expect(stream.sendTotal(300)).rejects.toThrow('Stream already closed')
    expect(() => client.createStream()).toThrow('Cannot create a stream: the connection is closed')
  })

  test('makes late writes fail', async () => {
    const { client, served } = await connected()
    const stream = client.createStream()
    stream.write('hello')
    stream.on('error', () => {})
    await served.end()
    await settled(2)
    const written = new Promise((resolve) => stream.write('more', resolve))
    expect(String(await written)).toMatch(/write after end|Cannot call write after a stream was destroyed/)
  })
})

describe('destroying a connection', () => {
  test('with an error tells the peer, and both sides have destroyed their streams when it resolves', async () => {
    const { client, served, nextStream } = await connected()
    const opened = nextStream(served)
    const stream = client.createStream()
    stream.write('hello')
    const peer = await opened
    const errors: Error[] = []
    client.on('error', (error: Error) => errors.push(error))
    await served.destroy(new Error('i had enough of this'))
    expect(errors.map(({ message }) => message)).toEqual([
      'Remote connection error. Code: InternalError, message: i had enough of this',
    ])
    expect(stream.destroyed).toBe(true)
    expect(peer.destroyed).toBe(true)
  })

  test('with a ConnectionError tells its code', async () => {
    const { client, served } = await connected()
    const failed = once(client, 'error')
    await served.destroy(new ConnectionError('busy', 3))
    expect((await failed)[0]).toMatchObject({ message: 'Remote connection error. Code: EndpointBusy, message: busy' })
  })

  test('without an error is an ApplicationError to the peer, and emits only close here', async () => {
    const { client, served } = await connected()
    const order: string[] = []
    record(order, served, 'own', 'end', 'error', 'close')
    const failed = once(client, 'error')
    await served.destroy()
    expect((await failed)[0]).toMatchObject({
      message: 'Remote connection error. Code: ApplicationError, message: Connection destroyed',
    })
    expect(order).toEqual(['own close'])
  })

  test('lets neither money nor data go', async () => {
    const { client, served } = await connected()
    const stream = client.createStream()
    stream.setSendMax(100)
    await client.destroy()
    expect(stream.totalSent).toBe('0')
    expect(stream.isOpen()).toBe(false)
    expect(served.totalReceived).toBe('0')
  })

  test('does nothing when the connection has ended', async () => {
    const { client, served } = await connected()
    const onError = vi.fn()
    served.on('error', onError)
    await client.end()
    await served.destroy(new Error('abort!'))
    expect(onError).not.toHaveBeenCalled()
  })

  test('does not throw where nobody listens for errors (C3)', async () => {
    const { client, served } = await connected()
    await served.destroy(new Error('silent'))
    await expect(client.end()).resolves.toBeUndefined()
  })

  test('rejects what waits on its streams', async () => {
    const { client, served } = await connected({ receiveMax: false })
    const sending = client.createStream().sendTotal(117)
    const refused = failure(sending)
    await settled(2)
    await served.destroy(new Error('gone'))
    expect(await refused).toMatchObject({
      message: 'Stream was closed before the desired amount was sent (target: 117, totalSent: 0)',
    })
  })
})

describe('the idle timeout', () => {
  test('ends a connection with an error after a minute, also when only setTimeout and Date are faked', async () => {
    const { client: clientPlugin, server: serverPlugin } = pluginPair()
    const server = await listening({ plugin: serverPlugin })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    const client = await createConnection({ plugin: clientPlugin, ...server.generateAddressAndSecret() })
    await settled(2)
    const failed = once(client, 'error')
    // `performance` is not faked here: what this machine takes counts too.
    vi.advanceTimersByTime(50_000)
    await settled(1)
    expect(clientPlugin.isConnected()).toBe(true)
    vi.advanceTimersByTime(11_000)
    expect((await failed)[0]).toMatchObject({ message: 'Connection timed out due to inactivity' })
    vi.advanceTimersByTime(60_000)
  })

  test('of many connections takes few timers, and each ends a minute after its last packet, to the millisecond', async () => {
    const { client: plugin, server: serverPlugin } = pluginPair()
    const server = await listening({ plugin: serverPlugin })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const begun: number[] = []
    const ended: number[] = []
    for (let i = 0; i < 20; i++) {
      const client = await createConnection({ plugin, ...server.generateAddressAndSecret() })
      await settled(2)
      begun.push(performance.now())
      client.on('error', () => ended.push(performance.now()))
      vi.advanceTimersByTime(137)
    }
    vi.advanceTimersByTime(40_000)
    await settled(2)
    // 40 ends that began within three seconds.
    expect(vi.getTimerCount()).toBeLessThan(8)
    vi.advanceTimersByTime(60_000)
    expect(ended.map((at, i) => at - begun[i]!)).toEqual(begun.map(() => 60_000))
  })

  test('can be set', async () => {
    const { client: clientPlugin, server: serverPlugin } = pluginPair()
    const server = await listening({ plugin: serverPlugin, idleTimeout: 500 })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const opts = { plugin: clientPlugin, ...server.generateAddressAndSecret(), idleTimeout: 500 }
    const client = await createConnection(opts)
    const failed = once(client, 'error')
    await settled(2)
    vi.advanceTimersByTime(499)
    await settled(2)
    expect(clientPlugin.isConnected()).toBe(true)
    vi.advanceTimersByTime(2)
    expect((await failed)[0]).toMatchObject({ message: 'Connection timed out due to inactivity' })
    await inFakeTime(server.close())
  })

  test.each([0, Infinity])('of %s is none', async (idleTimeout) => {
    const { client: clientPlugin, server: serverPlugin } = pluginPair()
    const server = await listening({ plugin: serverPlugin, idleTimeout })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const client = await createConnection({ plugin: clientPlugin, ...server.generateAddressAndSecret(), idleTimeout })
    await settled(2)
    vi.advanceTimersByTime(24 * 3_600_000)
    await settled(2)
    expect(clientPlugin.isConnected()).toBe(true)
    await client.end()
  })
})

describe('a path that fails', () => {
  test('for good gives one connection error with the reject, and ends the streams', async () => {
    const { client, clientPlugin } = await connected()
    const errors: Error[] = []
    client.on('error', (error: Error) => errors.push(error))
    clientPlugin.forward = async () => reject('F00', 'Blah')
    const closedBefore = 'Stream was closed before the desired amount was sent'
    await Promise.all([
      expect(client.createStream().sendTotal(117)).rejects.toThrow(`${closedBefore} (target: 117, totalSent: 0)`),
      expect(client.createStream().sendTotal(204)).rejects.toThrow(`${closedBefore} (target: 204, totalSent: 0)`),
    ])
    await settled()
    expect(errors).toHaveLength(1)
    expect(errors[0]).toBeInstanceOf(IlpRejectionError)
    expect(errors[0]?.message).toBe(
      'Unexpected error while sending packet. Code: F00, triggered by: test.connector, message: Blah',
    )
    expect((errors[0] as IlpRejectionError).ilpReject).toMatchObject({ code: 'F00', triggeredBy: 'test.connector' })
  }, 15_000)

  test('once does not end anything', async () => {
    const { client, clientPlugin } = await connected()
    const answers = ['R00', 'R01', 'F02', 'F99'].map((code) => () => reject(code, 'passing'))
    clientPlugin.answerNext(...answers, () => Promise.reject(new Error('socket hiccup')))
    await client.createStream().sendTotal(117)
    expect(client.totalSent).toBe('117')
  })

  test('by garbage instead of replies does not end anything', async () => {
    const { client, clientPlugin } = await connected()
    clientPlugin.answerNext(
      () => Buffer.from('garbage'),
      () => Buffer.alloc(0),
      () => reject('F99', '', Buffer.from([1])),
    )
    await client.createStream().sendTotal(117)
    expect(client.totalSent).toBe('117')
  })
})

describe('streams of a connection', () => {
  test('are limited by the peer, and there is room again when one ends', async () => {
    const { client } = await connected()
    const streams = Array.from({ length: 10 }, () => client.createStream())
    expect(() => client.createStream()).toThrow(
      "Creating another stream would exceed the remote connection's maximum number of open streams",
    )
    const [first] = streams
    await first?.sendTotal(10)
    first?.end()
    await settled()
    expect(client.createStream().id).toBe(21)
  })

  test('money that exceeds what can be counted ends the connection', async () => {
    const { client, served } = await connected({ rate: 1, maxAmount: 2n ** 64n - 1n, receiveMax: Infinity })
    const first = client.createStream()
    await first.sendTotal(2n ** 63n)
    const failed = once(served, 'error')
    client.on('error', () => {})
    await expect(client.createStream().sendTotal(2n ** 63n)).rejects.toThrow('Stream was closed before')
    expect((await failed)[0]).toMatchObject({ message: 'Total received exceeded MaxUint64' })
  })
})

test('connect() resolves at once on a connection that is connected', async () => {
  const { client, served } = await connected()
  await expect(client.connect()).resolves.toBeUndefined()
  await expect(served.connect()).resolves.toBeUndefined()
})

test('a bug in an option given to the core ends the connection with an error, not the process', async () => {
  const { client, served } = await connected({
    client: {
      congestionController: (now) => {
        const controller = fixedWindow({ packets: 10 })(now)
        let packets = 0
        controller.onPacketSent = () => {
          if (++packets > 10) throw new Error('bug in the controller')
        }
        return controller
      },
    },
  })
  const failed = once(client, 'error')
  const sending = failure(client.createStream().sendTotal(100_000))
  expect((await failed)[0]).toMatchObject({ message: 'bug in the controller' })
  expect((await sending)?.message).toContain('Stream was closed before the desired amount was sent')
  await client.end()
  await served.destroy()
})
